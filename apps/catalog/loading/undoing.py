"""Taking back what an import has written into the catalogue, as far as nobody has built upon it since.

The journal is gone through from its end, so that each row is taken back from what the import made of it last to what
it found: what is created goes, what is changed is what it was, what was removed comes back. The ids of other sources
come last, since they go or stay with their rows. Each note is one transaction, after which it is done with: so it may
be interrupted anywhere, and called again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from typing import Any, NamedTuple

import movieverse
from apps.catalog.loading.contents import fingerprint, set_origin, why_changed
from apps.catalog.loading.journal import What, entries_now, notes_of
from apps.catalog.loading.restoring import Kept, rows_restore
from apps.catalog.models import CuratedList, ExternalId, ListEntry, LoadNote, Movie, Tombstone
from apps.catalog.services import events
from apps.catalog.services.lists import Entry, entries_write
from apps.catalog.uses import known_to_others, used_elsewhere, used_here
from movieverse.bulk import insert_as_given
from movieverse.merging import row_of

_IDS = str(ExternalId._meta.model_name)
_ENTRIES = str(ListEntry._meta.model_name)
_AT_ONCE = 10  # notes about whose rows the other stores are asked together


class Surroundings(NamedTuple):
    """What is known beforehand: how other stores use rows, by (kind, key), and which ids are the import's own."""

    used: dict[tuple[str, int], str]
    own_ids: Set[str]


def load_undo(*, import_id: int) -> Iterator[dict[str, Any]]:
    """Take back what an import has written. Returns what is left of it, and why: {store, kind, id, why} of each row."""
    own_ids = {key for note in _ids_created(import_id) for key in note.rows}
    while notes := _last_notes(import_id):
        around = Surroundings(_used_elsewhere(notes), own_ids)
        for note in notes:
            _undo(note.pk, around)
    kept_rows = {(kind, pk) for kind, pk, _ in _kept_of(import_id, what=What.CREATED)}
    for note in _ids_created(import_id):
        _undo_ids(note.pk, kept_rows)
    return ({"store": "catalog", "kind": kind, "id": pk, "why": why} for kind, pk, why in _kept_of(import_id))


def _ids_created(import_id: int) -> Iterator[LoadNote]:
    return notes_of(import_id, model=_IDS, what=What.CREATED, is_undone=False)


def _last_notes(import_id: int) -> list[LoadNote]:
    """All but those of `_ids_created`."""
    notes = LoadNote.objects.filter(import_id=import_id, is_undone=False).exclude(model=_IDS, what=What.CREATED)
    return list(notes.order_by("-pk").defer("details")[:_AT_ONCE])


def _used_elsewhere(notes: list[LoadNote]) -> dict[tuple[str, int], str]:
    created: dict[str, list[int]] = defaultdict(list)
    for note in notes:
        if note.what == What.CREATED:
            created[note.rows_model.COUNTER] += note.rows
    return {(kind, pk): why for kind, ids in created.items() for pk, why in used_elsewhere(kind, ids).items()}


def _kept_of(import_id: int, **conditions: Any) -> Iterator[tuple[str, Any, str]]:
    """(kind, key, why) of what was left as it was."""
    for note in notes_of(import_id, is_undone=True, **conditions):
        for pk, why in note.kept:
            yield _kind(note), pk, why


def _kind(note: LoadNote) -> str:
    """What events call it. Entries are their list's."""
    return {_IDS: "external_id", _ENTRIES: CuratedList.COUNTER}.get(note.model) or str(note.rows_model.COUNTER)


@movieverse.atomic("catalog")
def _undo(pk: int, around: Surroundings) -> None:
    note = _held(pk)
    if note and note.what == What.CREATED:
        _settle(note, _take_away(note, around))
    elif note and note.what == What.REMOVED:
        _settle(note, _bring_back(note))
    elif note:
        _settle(note, _RESTORE.get(note.model, _restore_rows)(note))


@movieverse.atomic("catalog")
def _undo_ids(pk: int, kept_rows: Set[tuple[str, int]]) -> None:
    if note := _held(pk):
        _settle(note, _take_ids_away(note, kept_rows))


def _held(pk: int) -> LoadNote | None:
    """None where somebody else has undone it meanwhile."""
    return LoadNote.objects.select_for_update().filter(pk=pk, is_undone=False).first()


def _settle(note: LoadNote, kept: Kept) -> None:
    if kept:
        LoadNote.objects.filter(pk=note.pk).update(is_undone=True, kept=kept, rows=[], details=[])
    else:
        LoadNote.objects.filter(pk=note.pk).delete()


# --- What was created -----------------------------------------------------------------------------


def _take_away(note: LoadNote, around: Surroundings) -> Kept:
    model, kind = note.rows_model, note.rows_model.COUNTER
    rows = model.objects.select_for_update().in_bulk(note.rows)
    marks = dict(zip(note.rows, note.details, strict=True))
    kept = _merged(kind, marks.keys() - rows.keys())
    kept |= {pk: why_changed(row) for pk, row in rows.items() if fingerprint(row) != marks[pk]}
    if unchanged := rows.keys() - kept.keys():
        elsewhere = {pk: around.used[kind, pk] for pk in unchanged if (kind, pk) in around.used}
        kept |= known_to_others(kind, unchanged, around.own_ids) | used_here(kind, unchanged) | elsewhere
        _delete(model, rows.keys() - kept.keys())
    return [[pk, kept[pk]] for pk in note.rows if pk in kept]


def _delete(model: Any, ids: Set[int]) -> None:
    ExternalId.objects.filter(kind=model.COUNTER, object_id__in=ids).delete()
    model.objects.filter(pk__in=ids).delete()
    events.deleted(model.COUNTER, sorted(ids))


def _merged(kind: str, gone: Set[int]) -> dict[int, str]:
    keys = {Tombstone.key_of(kind, pk): pk for pk in gone}
    stones = Tombstone.objects.filter(pk__in=list(keys)) if keys else []
    return {keys[stone.pk]: f"merged into {stone.into} since" for stone in stones}


def _take_ids_away(note: LoadNote, kept_rows: Set[tuple[str, int]]) -> Kept:
    """Those of rows that were created went with them, or stay with them."""
    rows, kept, gone = ExternalId.objects.select_for_update().in_bulk(note.rows), [], []
    for key, object_id in zip(note.rows, note.details, strict=True):
        row = rows.get(key)
        if row is None or (row.kind, object_id) in kept_rows:
            continue
        if row.object_id == object_id:
            gone.append(row)
        else:
            kept.append([key, f"belongs to {row.kind} {row.object_id} since"])
    ExternalId.objects.filter(pk__in=[row.pk for row in gone]).delete()
    _tell_owners(gone)
    return kept


def _tell_owners(rows: list[ExternalId]) -> None:
    owners: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        owners[row.kind].append(row.object_id)
    for kind, ids in owners.items():
        events.saved(kind, ids)


# --- What was changed or removed ------------------------------------------------------------------


def _restore_rows(note: LoadNote) -> Kept:
    return rows_restore(note.rows_model, dict(zip(note.rows, note.details, strict=True)))


def _restore_ids(note: LoadNote) -> Kept:
    """Those that moved with a person who was found out to be another one."""
    kept = []
    rows = ExternalId.objects.select_for_update().in_bulk(note.rows)
    for key, (before, after) in zip(note.rows, note.details, strict=True):
        if key in rows and rows[key].object_id == after:
            ExternalId.objects.filter(pk=key).update(object_id=before)
        elif key in rows:
            kept.append([key, f"belongs to {rows[key].kind} {rows[key].object_id} since"])
    return kept


def _restore_entries(note: LoadNote) -> Kept:
    """A list has its former entries, of the films that there are, unless somebody has changed them since."""
    [list_id], [(before, after, was, became)] = note.rows, note.details
    row = CuratedList.objects.select_for_update().filter(pk=list_id).first()
    if row is None:
        return []
    if entries_now(list_id) != after or row.origins.get("entries") != became:
        return [[list_id, f"entries: {why_changed(row, ['entries'])}"]]
    there = set(Movie.objects.filter(pk__in=[entry[1] for entry in before]).values_list("pk", flat=True))
    back = [(pk, Entry(movie_id, rank, year)) for pk, movie_id, _, rank, year in before if movie_id in there]
    entries_write(row, [entry for _, entry in back], [pk for pk, _ in back])
    set_origin(row, "entries", was)
    row.version += 1
    row.save(update_fields=["origins", "version", "updated_at"])
    events.saved(row.COUNTER, [list_id])
    return []


_RESTORE: dict[str, Callable[[LoadNote], Kept]] = {_IDS: _restore_ids, _ENTRIES: _restore_entries}


def _bring_back(note: LoadNote) -> Kept:
    """Who was found out to be another one is somebody again."""
    model = note.rows_model
    there = set(model.objects.filter(pk__in=note.rows).values_list("pk", flat=True))
    rows = [row_of(model, columns) for pk, columns in zip(note.rows, note.details, strict=True) if pk not in there]
    for row in rows:
        row.version += 1  # one that somebody may have seen is not given again
    if rows:
        insert_as_given(rows)
        events.saved(model.COUNTER, [row.pk for row in rows])
    return []
