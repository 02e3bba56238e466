"""Writes to profiles."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

import movieverse
from apps.catalog.selectors import titles_by_id
from apps.profiles.models import Event, Profile
from apps.profiles.selectors import profiles_favouring
from movieverse.bulk import Counts, batched, bulk_upsert
from movieverse.exceptions import VersionConflict
from movieverse.outbox import emit
from movieverse.outbox.models import Action

MOST_FAVOURITES = 100
_BATCH = 500


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
    _tell([profile])
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
        emit([Event(kind="profile", object_id=user_id, action=Action.DELETED)])


def _check_favourites(profile: Profile) -> None:
    favourites = list(dict.fromkeys(profile.favourite_movie_ids))
    if len(favourites) > MOST_FAVOURITES:
        raise ValidationError({"favourite_movie_ids": f"At most {MOST_FAVOURITES} favourites."})
    unknown = set(favourites) - titles_by_id(favourites).keys() if favourites else set()
    if unknown:
        raise ValidationError({"favourite_movie_ids": f"There is no movie {min(unknown)}."})
    profile.favourite_movie_ids = favourites


def favourites_forget(*, movie_ids: Sequence[int]) -> None:
    """Take movies that are gone out of everybody's favourites."""
    for user_id in list(profiles_favouring(movie_ids).values_list("pk", flat=True)):
        _drop_favourites(user_id, set(movie_ids))


@movieverse.atomic("profiles")
def _drop_favourites(user_id: int, movie_ids: set[int]) -> None:
    profile = Profile.objects.select_for_update().filter(pk=user_id).first()
    if profile and not movie_ids.isdisjoint(profile.favourite_movie_ids):
        kept = [movie_id for movie_id in profile.favourite_movie_ids if movie_id not in movie_ids]
        profile.favourite_movie_ids, profile.version = kept, profile.version + 1
        profile.save(update_fields=["favourite_movie_ids", "version", "updated_at"])
        _tell([profile])


def profiles_load(profiles: Sequence[Profile], *, dry_run: bool = False) -> Counts:
    """Store many profiles at once, for seeds."""
    counts = Counts()
    for batch in batched(profiles, _BATCH):
        counts += _load(batch, dry_run)
    return counts


@movieverse.atomic("profiles")
def _load(profiles: Sequence[Profile], dry_run: bool) -> Counts:
    return bulk_upsert(profiles, update_fields=["bio", "favourite_movie_ids"], dry_run=dry_run, written=_tell)


def _tell(profiles: Sequence[Profile]) -> None:
    emit([Event(kind="profile", object_id=profile.pk) for profile in profiles])
