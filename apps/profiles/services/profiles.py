"""Profiles as a whole; the picture has a file of its own."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError

import movieverse
from apps.catalog.selectors import genres_by_id, titles_by_id
from apps.profiles.models import Event, MergedRow, Profile
from apps.profiles.selectors import profiles_favouring
from apps.profiles.services.storing import forget_file, locked, store, tell
from movieverse import edits, merging
from movieverse.bulk import Counts, batched, bulk_upsert
from movieverse.exceptions import VersionConflict
from movieverse.outbox import emit
from movieverse.outbox.models import Action

MOST_FAVOURITES = 100
_BATCH = 500
_JOINERS = "\u200c\u200d"  # scripts and emoji need them
_TAGS = {chr(code) for code in range(0xE0020, 0xE0080)}  # by which the flags of England and others are spelt
_BLANKS = {*_JOINERS, *_TAGS, *" \u115f\u1160\u2800\u3164\uffa0"}
_ADDRESS = re.compile(r'https://[^\s"<>`\\/?#@]+([/?#][^\s"<>`\\]*)?', re.IGNORECASE)

# By the field: what they are favourites of, and which of some ids there are.
_FAVOURITES: dict[str, tuple[str, Callable[[Collection[int]], dict[int, Any]]]] = {
    "favourite_movie_ids": ("movie", titles_by_id),
    "favourite_genre_ids": ("genre", lambda genre_ids: genres_by_id()),
}


def profile_update(*, user_id: int, by: int | None = None, version: int | None = None, **changes: Any) -> Profile:
    """Change what a member writes of themselves; what is not given stays.

    `by` is who does so, where it is not the member. Raises VersionConflict where a `version` is given that is no longer
    the profile's.
    """
    profile = Profile(pk=user_id, **changes)
    profile.display_name = _tidied_name(profile.display_name)
    _check_address(profile.picture_url)
    for name in _FAVOURITES:
        setattr(profile, name, _checked_favourites(name, getattr(profile, name)))
    profile.full_clean(validate_unique=False)
    return _write(user_id, {name: getattr(profile, name) for name in changes}, by, version)


@movieverse.atomic("profiles")
def _write(user_id: int, changes: dict[str, Any], by: int | None, version: int | None) -> Profile:
    """Only what changes is written, so that two devices may each change something else."""
    before = locked(user_id, version)
    profile = store(copy(before), changes)
    edits.note_row(Event, kind="profile", before=before, after=profile, by=by, member_id=user_id)
    return profile


def profile_delete(*, user_id: int, by: int | None = None, version: int | None = None) -> None:
    """Back to an empty profile."""
    forget_file(_delete(user_id, by, version))


@movieverse.atomic("profiles")
def _delete(user_id: int, by: int | None, version: int | None) -> str:
    """The picture's name, if it had one."""
    profile = Profile.objects.select_for_update().filter(pk=user_id).first()
    current = profile.version if profile else None
    if version not in (None, current):
        raise VersionConflict(current)
    if profile is None:
        return ""
    edits.note_row(Event, kind="profile", before=profile, after=None, by=by, member_id=user_id)
    Profile.objects.filter(pk=user_id).delete()
    emit([Event(kind="profile", object_id=user_id, action=Action.DELETED)])
    return profile.picture


def _tidied_name(name: str) -> str:
    """Of one line that looks like what it says: no control characters, nothing that turns its direction."""
    tidied = " ".join(name.split())
    for char in tidied:
        if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in _BLANKS:
            raise ValidationError({"display_name": f"A name has no character U+{ord(char):04X}."})
    if tidied and all(char in _BLANKS or unicodedata.category(char) == "Mn" for char in tidied):
        raise ValidationError({"display_name": "There is nothing to see of this name."})
    return tidied


def _check_address(url: str) -> None:
    if url and not _ADDRESS.fullmatch(url):
        why = "A picture's address begins with https://, and has no user, no spaces and none of \" < > ` \\ in it."
        raise ValidationError({"picture_url": why})


def _checked_favourites(name: str, ids: Sequence[int]) -> list[int]:
    """Each once, and all of them there."""
    favourites = list(dict.fromkeys(ids))
    if len(favourites) > MOST_FAVOURITES:
        raise ValidationError({name: f"At most {MOST_FAVOURITES} favourites."})
    of, known = _FAVOURITES[name]
    unknown = set(favourites) - known(favourites).keys() if favourites else set()
    if unknown:
        raise ValidationError({name: f"There is no {of} {min(unknown)}."})
    return favourites


def merged_rows_forget(user_ids: Iterable[int]) -> None:
    """Delete what merges have noted of members, so that undoing one brings none of it back."""
    merging.forget_members(MergedRow, user_ids)


def favourites_forget(*, movie_ids: Collection[int] = (), genre_ids: Collection[int] = ()) -> None:
    """Take what is gone out of everybody's favourites."""
    gone = {"favourite_movie_ids": set(movie_ids), "favourite_genre_ids": set(genre_ids)}
    for user_id in profiles_favouring(movie_ids=movie_ids, genre_ids=genre_ids):
        _drop_favourites(user_id, gone)


@movieverse.atomic("profiles")
def _drop_favourites(user_id: int, gone: dict[str, set[int]]) -> None:
    profile = Profile.objects.select_for_update().filter(pk=user_id).first()
    if profile is None:
        return
    kept = {name: [pk for pk in getattr(profile, name) if pk not in ids] for name, ids in gone.items()}
    if changes := {name: ids for name, ids in kept.items() if ids != getattr(profile, name)}:
        store(profile, changes)


def profiles_load(profiles: Sequence[Profile], *, dry_run: bool = False) -> Counts:
    """Store many profiles at once, for seeds."""
    counts = Counts()
    for batch in batched(profiles, _BATCH):
        counts += _load(batch, dry_run)
    return counts


@movieverse.atomic("profiles")
def _load(profiles: Sequence[Profile], dry_run: bool) -> Counts:
    return bulk_upsert(profiles, update_fields=["bio", "favourite_movie_ids"], dry_run=dry_run, written=tell)
