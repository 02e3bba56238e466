"""Days on which members have seen movies; a movie may be seen again, also on the same day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError

import movieverse
from apps.catalog.selectors import movie_exists
from apps.profiles.models import DiaryEntry
from apps.profiles.services import shelves
from movieverse.exceptions import DomainError, VersionConflict
from movieverse.outbox.models import Action

MOST_ENTRIES = 5_000
FIRST_DAY = date(1888, 1, 1)  # of the year of the oldest film that is left


class UnknownEntry(DomainError):
    status, code = 404, "not-found"


def diary_add(*, user_id: int, movie_id: int, watched_on: date, note: str = "") -> DiaryEntry:
    entry = DiaryEntry(user_id=user_id, movie_id=movie_id, watched_on=watched_on, note=note)
    _check(entry)
    if not movie_exists(movie_id):
        raise ValidationError({"movie_id": f"There is no movie {movie_id}."})
    shelves.check_room(DiaryEntry, user_id, MOST_ENTRIES)
    return _insert(entry)


@movieverse.atomic("profiles")
def _insert(entry: DiaryEntry) -> DiaryEntry:
    entry.save(force_insert=True)
    shelves.tell([entry])
    return entry


@movieverse.atomic("profiles")
def diary_change(*, user_id: int, entry_id: int, version: int | None = None, **changes: Any) -> DiaryEntry:
    """Change `watched_on` and `note`; what is not given stays.

    Raises VersionConflict where a `version` is given that is no longer the entry's.
    """
    entry = _lock(user_id, entry_id, version)
    for name, value in {**changes, "version": entry.version + 1}.items():
        setattr(entry, name, value)
    _check(entry)
    entry.save(update_fields=[*changes, "version"])
    shelves.tell([entry])
    return entry


@movieverse.atomic("profiles")
def diary_remove(*, user_id: int, entry_id: int, version: int | None = None) -> None:
    """Raises VersionConflict where a `version` is given that is no longer the entry's."""
    entry = _lock(user_id, entry_id, version)
    shelves.tell([entry], Action.DELETED)
    entry.delete()


def forget(*, user_ids: Iterable[int] = (), movie_ids: Iterable[int] = ()) -> None:
    """What members who are gone have seen, and who has seen movies that are gone."""
    shelves.forget(DiaryEntry, user_ids, movie_ids)


def _lock(user_id: int, entry_id: int, version: int | None) -> DiaryEntry:
    """The entry, which nobody else changes until the transaction ends."""
    entry = DiaryEntry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None or entry.user_id != user_id:
        raise UnknownEntry(f"There is no entry {entry_id} in your diary.")
    if version not in (None, entry.version):
        raise VersionConflict(entry.version)
    return entry


def _check(entry: DiaryEntry) -> None:
    entry.clean_fields()
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)  # where it is today already, somewhere on Earth
    if not FIRST_DAY <= entry.watched_on <= tomorrow:
        raise ValidationError({"watched_on": f"A day from {FIRST_DAY} to today, not {entry.watched_on}."})
