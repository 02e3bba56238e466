"""Writes to profiles."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

import movieverse
from apps.catalog.selectors import titles_by_id
from apps.profiles.models import Profile
from movieverse.bulk import Counts, bulk_upsert

MOST_FAVOURITES = 100


def profile_update(*, user_id: int, **changes: Any) -> Profile:
    """Change `bio` and `favourite_movie_ids`; what is not given stays."""
    profile = Profile(pk=user_id, **changes)
    _check_favourites(profile)
    profile.full_clean(validate_unique=False)
    return _write(user_id, {name: getattr(profile, name) for name in changes})


@movieverse.atomic("profiles")
def _write(user_id: int, changes: dict[str, Any]) -> Profile:
    """Only what changes is written, so that two devices may each change something else."""
    profile, _ = Profile.objects.get_or_create(pk=user_id)
    for name, value in changes.items():
        setattr(profile, name, value)
    profile.save(update_fields=[*changes, "updated_at"])
    return profile


def profile_delete(*, user_id: int) -> None:
    """Back to an empty profile."""
    Profile.objects.filter(pk=user_id).delete()


def _check_favourites(profile: Profile) -> None:
    favourites = list(dict.fromkeys(profile.favourite_movie_ids))
    if len(favourites) > MOST_FAVOURITES:
        raise ValidationError({"favourite_movie_ids": f"At most {MOST_FAVOURITES} favourites."})
    unknown = set(favourites) - titles_by_id(favourites).keys() if favourites else set()
    if unknown:
        raise ValidationError({"favourite_movie_ids": f"There is no movie {min(unknown)}."})
    profile.favourite_movie_ids = favourites


def profiles_load(profiles: Sequence[Profile]) -> Counts:
    """Store many profiles at once, for seeds."""
    return bulk_upsert(profiles, update_fields=["bio", "favourite_movie_ids"])
