"""Writes to profiles."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

import movieverse
from apps.catalog.selectors import titles_by_id
from apps.profiles.models import Profile
from movieverse.bulk import Counts, bulk_upsert
from movieverse.exceptions import VersionConflict

MOST_FAVOURITES = 100


def profile_update(*, user_id: int, version: int | None = None, **changes: Any) -> Profile:
    """Change `bio` and `favourite_movie_ids`; what is not given stays.

    Raises VersionConflict where a `version` is given that is no longer the profile's.
    """
    profile = Profile(pk=user_id, **changes)
    _check_favourites(profile)
    profile.full_clean(validate_unique=False)
    return _write(user_id, {name: getattr(profile, name) for name in changes}, version)


@movieverse.atomic("profiles")
def _write(user_id: int, changes: dict[str, Any], version: int | None) -> Profile:
    """Only what changes is written, so that two devices may each change something else."""
    Profile.objects.get_or_create(pk=user_id, defaults={"version": 0})
    profile = Profile.objects.select_for_update().get(pk=user_id)
    if version not in (None, profile.version):
        raise VersionConflict(profile.version)
    for name, value in {**changes, "version": profile.version + 1}.items():
        setattr(profile, name, value)
    profile.save(update_fields=[*changes, "version", "updated_at"])
    return profile


@movieverse.atomic("profiles")
def profile_delete(*, user_id: int, version: int | None = None) -> None:
    """Back to an empty profile."""
    profile = Profile.objects.select_for_update().filter(pk=user_id).first()
    current = profile.version if profile else None
    if version not in (None, current):
        raise VersionConflict(current)
    if profile:
        profile.delete()


def _check_favourites(profile: Profile) -> None:
    favourites = list(dict.fromkeys(profile.favourite_movie_ids))
    if len(favourites) > MOST_FAVOURITES:
        raise ValidationError({"favourite_movie_ids": f"At most {MOST_FAVOURITES} favourites."})
    unknown = set(favourites) - titles_by_id(favourites).keys() if favourites else set()
    if unknown:
        raise ValidationError({"favourite_movie_ids": f"There is no movie {min(unknown)}."})
    profile.favourite_movie_ids = favourites


def profiles_load(profiles: Sequence[Profile], *, dry_run: bool = False) -> Counts:
    """Store many profiles at once, for seeds."""
    return bulk_upsert(profiles, update_fields=["bio", "favourite_movie_ids"], dry_run=dry_run)
