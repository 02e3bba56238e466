"""What an import writes into the catalogue, noted in the very transaction that writes it.

So it can be told what became of its rows however often it was interrupted, and `undoing` can take it back. Of a row
that is created its key and a fingerprint are kept, of one that is changed the facts that are, of one that is removed,
because it was found out to be another one, all of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Model

from apps.catalog.loading.contents import differences, fingerprint
from apps.catalog.models import CuratedList, ExternalId, ListEntry, LoadNote
from movieverse.bulk import Counts, batched
from movieverse.fields import number
from movieverse.merging import columns_of

What = LoadNote.What

_BATCH = 500
_MOST = {What.CREATED: 500, What.CHANGED: 50, What.REMOVED: 50}  # rows of a note, which fits into any store
_ENTRIES = str(ListEntry._meta.model_name)

Change = tuple[Any, Any]  # a row before and after


class Journal:
    """Of an import; of a load that is none, nothing is noted."""

    def __init__(self, import_id: int | None) -> None:
        self.import_id = import_id

    def written(self, new: Sequence[Any], changed: Sequence[Change]) -> None:
        """Rows of one model, of which the import tells."""
        self._written(new, changed, is_counted=True)

    def followed(self, new: Sequence[Any], changed: Sequence[Change]) -> None:
        """Rows that had to follow those of which the import tells."""
        self._written(new, changed, is_counted=False)

    def removed(self, rows: Sequence[Any]) -> None:
        self._note(What.REMOVED, rows, columns_of, is_counted=False)

    def entries(self, curated_list: CuratedList) -> list[list[Any]]:
        return entries_now(curated_list.pk) if self.import_id else []

    def entries_replaced(self, curated_list: CuratedList, before: list[list[Any]], was: Any) -> None:
        """A list's entries change together: `before`, as its `entries` were, with the origin that they had."""
        if self.import_id:
            detail = [before, entries_now(curated_list.pk), was, curated_list.origins["entries"]]
            self._store(_ENTRIES, What.CHANGED, [curated_list.pk], [detail])

    def _written(self, new: Sequence[Any], changed: Sequence[Change], *, is_counted: bool) -> None:
        self._note(What.CREATED, new, _mark, is_counted=is_counted)
        told = {after.pk: _changes(before, after) for before, after in changed} if self.import_id else {}
        self._note(What.CHANGED, [after for _, after in changed], lambda row: told[row.pk], is_counted=is_counted)

    def _note(self, what: What, rows: Sequence[Model], detail: Callable[[Any], Any], *, is_counted: bool) -> None:
        if not (self.import_id and rows):
            return
        model = str(rows[0]._meta.model_name)
        for some in batched(rows, _MOST[what]):
            self._store(model, what, [row.pk for row in some], list(map(detail, some)), is_counted=is_counted)

    def _store(self, model: str, what: What, rows: list[Any], details: list[Any], **values: Any) -> None:
        values |= {"import_id": self.import_id, "model": model, "what": what, "rows": rows, "details": details}
        note = LoadNote(**values)
        number([note])
        LoadNote.objects.bulk_create([note])


def _mark(row: Any) -> Any:
    """By what a row that was created is known to be still the same."""
    return row.object_id if isinstance(row, ExternalId) else fingerprint(row)


def _changes(before: Any, after: Any) -> Any:
    return [before.object_id, after.object_id] if isinstance(after, ExternalId) else differences(before, after)


def entries_now(list_id: int) -> list[list[Any]]:
    """[key, movie, position, rank, year] of each, in their order."""
    entries = ListEntry.objects.filter(list_id=list_id).order_by("position", "pk")
    return [list(entry) for entry in entries.values_list("pk", "movie_id", "position", "rank", "year")]


# --- Telling --------------------------------------------------------------------------------------


def notes_of(import_id: int, **conditions: Any) -> Iterator[LoadNote]:
    """In the order in which they were written, without what they say of each row unless that is asked for."""
    notes = LoadNote.objects.filter(import_id=import_id, **conditions).defer("details").order_by("pk")
    last = 0
    while some := list(notes.filter(pk__gt=last)[:_BATCH]):
        yield from some
        last = some[-1].pk


def load_counts(*, import_id: int) -> dict[str, Counts]:
    """{kind: created and updated} of an import until now, each row once: killed and run again it is one import."""
    created: dict[str, set[Any]] = defaultdict(set)
    updated: dict[str, set[Any]] = defaultdict(set)
    for note in notes_of(import_id, is_counted=True, is_undone=False):
        kind = str(note.rows_model._meta.verbose_name_plural)
        new, changed = _entries_of(note) if note.model == _ENTRIES else _rows_of(note)
        created[kind].update(new)
        updated[kind].update(changed)
    return {
        kind: Counts(created=len(created[kind]), updated=len(updated[kind] - created[kind]))
        for kind in [*created.keys(), *(updated.keys() - created.keys())]
    }


def _rows_of(note: LoadNote) -> tuple[list[Any], list[Any]]:
    return (note.rows, []) if note.what == What.CREATED else ([], note.rows)


def _entries_of(note: LoadNote) -> tuple[set[Any], set[Any]]:
    """By their keys, those that came, and those that have another place, rank or year."""
    before, after = ({pk: rest for pk, *rest in entries} for entries in note.details[0][:2])
    return after.keys() - before.keys(), {pk for pk in after.keys() & before.keys() if after[pk] != before[pk]}
