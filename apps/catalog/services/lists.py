"""Curated lists. A list's entries change together with its version."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F

import movieverse
from apps.catalog.models import CuratedList, Event, ListEntry, Movie
from apps.catalog.services import events
from apps.catalog.services.ids import take_ids
from apps.catalog.services.names import NameTaken
from apps.catalog.services.rows import erase, locked, save, written_by
from movieverse import edits
from movieverse.bulk import Counts, bulk_upsert
from movieverse.exceptions import DomainError, VersionConflict


class AlreadyListed(DomainError):
    code = "already-listed"


class Entry(NamedTuple):
    movie_id: int
    rank: int
    year: int | None = None


def list_save(*, curated_list: CuratedList, by: int | None = None, version: int | None = None) -> CuratedList:
    curated_list.full_clean(exclude={"id", "sort_name"})  # here, where a slug that is taken is told of
    try:
        return save(curated_list, by=by, version=version)
    except IntegrityError:  # taken since
        raise NameTaken(f"There is a list {curated_list.slug} already.") from None


@movieverse.atomic("catalog")
def list_delete(*, curated_list: CuratedList, by: int | None = None, version: int | None = None) -> None:
    ListEntry.objects.filter(list_id=curated_list.pk).delete()
    erase(curated_list, None, by=by, version=version)


def entries_drop(movie_ids: Sequence[int]) -> None:
    """Within a transaction: take titles out of all lists."""
    entries = ListEntry.objects.filter(movie_id__in=movie_ids)
    lists = sorted(set(entries.values_list("list_id", flat=True)))
    entries.delete()
    CuratedList.objects.filter(pk__in=lists).update(version=F("version") + 1)
    events.saved(CuratedList.COUNTER, lists)


def list_entries_set(
    *, curated_list: CuratedList, entries: Sequence[Entry], by: int | None = None, version: int | None = None
) -> CuratedList:
    """Let a list have these entries, in this order, and no others."""
    _check_entries(entries)
    ids = take_ids("list entry", len(entries)) if entries else range(0)
    return _set_entries(curated_list, entries, ids, by, version)


def _check_entries(entries: Sequence[Entry]) -> None:
    wanted = Counter(entry.movie_id for entry in entries)
    if repeated := sorted(movie_id for movie_id, number in wanted.items() if number > 1):
        raise ValidationError({"entries": f"Movie {repeated[0]} is given more than once."})
    known = set(Movie.objects.filter(pk__in=list(wanted)).values_list("pk", flat=True)) if wanted else set()
    if missing := sorted(wanted.keys() - known):
        raise ValidationError({"entries": f"There is no movie {missing[0]}."})


@movieverse.atomic("catalog")
def _set_entries(
    curated_list: CuratedList, entries: Sequence[Entry], ids: Sequence[int], by: int | None, version: int | None
) -> CuratedList:
    stored = locked(curated_list, version)
    if stored is None:
        raise ValidationError({"entries": f"There is no list {curated_list.pk} any more."})
    edits.note(Event, kind=stored.COUNTER, row=stored, by=by, changes=_moved(entries_of(stored), entries))
    entries_write(stored, entries, ids)
    stored.origins = {**stored.origins, "entries": written_by(by)}
    stored.version += 1
    stored.save(update_fields=["origins", "version", "updated_at"])
    events.saved(stored.COUNTER, [stored.pk])
    return stored


def _moved(before: Sequence[Entry], after: Sequence[Entry]) -> edits.Changes:
    old, new = ([list(entry) for entry in entries] for entries in (before, after))
    return {"entries": (old, new)} if old != new else {}


def entries_write(curated_list: CuratedList, entries: Sequence[Entry], ids: Sequence[int], **options: Any) -> Counts:
    """Within a transaction. Entries whose title is no longer in the list are deleted."""
    kept = [entry.movie_id for entry in entries]
    gone = ListEntry.objects.filter(list_id=curated_list.pk).exclude(movie_id__in=kept)
    if not options.get("dry_run"):
        gone.delete()
    rows = [
        ListEntry(pk=pk, list_id=curated_list.pk, position=position, **entry._asdict())
        for position, (pk, entry) in enumerate(zip(ids, entries, strict=True), 1)
    ]
    return bulk_upsert(rows, key=("list_id", "movie_id"), update_fields=["position", "rank", "year"], **options)


def list_entry_add(
    *, curated_list: CuratedList, entry: Entry, by: int | None, version: int | None = None
) -> CuratedList:
    """Put a title at the end of a list."""

    def add(entries: list[Entry]) -> list[Entry]:
        if entry.movie_id in {known.movie_id for known in entries}:
            raise AlreadyListed(f"Movie {entry.movie_id} is in this list.")
        return [*entries, entry]

    return _change_entries(curated_list, add, by, version)


def list_entry_remove(
    *, curated_list: CuratedList, movie_id: int, by: int | None, version: int | None = None
) -> CuratedList:
    def remove(entries: list[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry.movie_id != movie_id]

    return _change_entries(curated_list, remove, by, version)


_ATTEMPTS = 5


def _change_entries(
    curated_list: CuratedList, change: Callable[[list[Entry]], list[Entry]], by: int | None, version: int | None
) -> CuratedList:
    """Without a version, whoever else changes the list at this moment is no conflict: both changes are made."""
    for attempt in range(1, _ATTEMPTS + 1):
        current = CuratedList.objects.filter(pk=curated_list.pk).values_list("version", flat=True).first()
        entries = change(entries_of(curated_list))
        try:
            return list_entries_set(curated_list=curated_list, entries=entries, by=by, version=version or current)
        except VersionConflict:
            if version is not None or attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def entries_of(curated_list: CuratedList) -> list[Entry]:
    rows = ListEntry.objects.filter(list_id=curated_list.pk).order_by("position", "pk")
    return [Entry(row.movie_id, row.rank, row.year) for row in rows]
