"""What a merge of two rows into one leaves behind in a store, so that it can be undone: its journal.

Each row that a merge moves or removes is noted as it was, in the transaction that does so. Undoing goes through the
notes, some at a time, and forgets each as its row is again what it was. A row that somebody has changed since stays as
it is now: its note says why. So either may be interrupted anywhere, and called again.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from movieverse.bulk import batched, bulk_upsert, insert_as_given
from movieverse.fields import DocumentField, FoldedField

_BATCH = 500
_AT_ONCE = 1_000  # keys, which are short

CHANGED, DELETED, TAKEN = "changed since the merge", "deleted since the merge", "another has its place by now"

Columns = dict[str, Any]


class MergedRow(models.Model):
    """A row as it was before a merge. Each app whose rows are merged has a model of its own, in its store."""

    key = FoldedField(max_length=120, primary_key=True, db_column="_id", help_text="merge-order-model-row")
    model = models.CharField(max_length=40)
    row = models.CharField(max_length=80)
    user_id = models.BigIntegerField(null=True, db_index=True, help_text="Whose row it is, if it is a member's.")
    before = DocumentField(help_text="{column: value}")
    after = DocumentField(default=dict, blank=True, help_text="What the merge changed; nothing: it removed the row.")
    kept = models.CharField(max_length=200, blank=True, help_text="Why the row was not made what it was.")

    KEYS_NAME_MEMBERS = False  # which nobody is told, nor is there to be erased elsewhere

    class Meta:
        abstract = True
        ordering = ("key",)

    def __str__(self) -> str:
        return f"{self.model} {self.row}"

    @property
    def rows_model(self) -> type[models.Model]:
        return apps.get_model(self._meta.app_label, self.model)

    @property
    def then(self) -> Any:
        """The row as it was."""
        return row_of(self.rows_model, self.before)


Journal = type[MergedRow]


def columns_of(row: models.Model, names: Collection[str] | None = None) -> Columns:
    """What a row says, as JSON has it: all of it, or these columns."""
    fields = [field for field in row._meta.concrete_fields if names is None or field.attname in names]
    told = {field.attname: getattr(row, field.attname) for field in fields}
    return json.loads(json.dumps(told, cls=DjangoJSONEncoder))  # type: ignore[no-any-return]


def row_of(model: type[models.Model], columns: Columns) -> Any:
    """The row that says so."""
    fields = [field for field in model._meta.concrete_fields if field.attname in columns]
    return model(**{field.attname: field.to_python(columns[field.attname]) for field in fields})


# --- Noting ---------------------------------------------------------------------------------------


# The order in which they are undone: what was removed may come back to where that was which was moved.
_MOVED, _REMOVED, _HUNG = "012"


def note(journal: Journal, merge_id: int, changes: Iterable[tuple[models.Model, Columns, Columns]]) -> None:
    """Within the transaction that changes the rows: (row, its columns before, those that change; none: it goes).

    What is noted already stays as it is.
    """
    _store(_note(journal, merge_id, row, before, after) for row, before, after in changes)


def note_hanging(journal: Journal, merge_id: int, rows: Iterable[models.Model]) -> None:
    """Rows that go because one on which they hang is removed."""
    _store(_note(journal, merge_id, row, columns_of(row), {}, _HUNG) for row in rows)


def _store(given: Iterable[MergedRow]) -> None:
    notes = list(given)
    if notes:
        bulk_upsert(notes, update_fields=[])


def note_moved(journal: Journal, merge_id: int, rows: Iterable[models.Model], **after: Any) -> None:
    note(journal, merge_id, ((row, columns_of(row), after) for row in rows))


def note_removed(journal: Journal, merge_id: int, rows: Iterable[models.Model]) -> None:
    note_moved(journal, merge_id, rows)


def _note(
    journal: Journal, merge_id: int, row: models.Model, before: Columns, after: Columns, order: str = ""
) -> MergedRow:
    model = str(row._meta.model_name)
    return journal(
        key=f"{merge_id}-{order or (_MOVED if after else _REMOVED)}-{model}-{row.pk}",
        model=model,
        row=str(row.pk),
        user_id=getattr(row, "user_id", None),
        before=before,
        after=after,
    )


# --- Undoing --------------------------------------------------------------------------------------


def notes_of(journal: Journal, merge_id: int) -> Iterator[list[Any]]:
    """What is left to be undone, some at a time: those of one model, of rows that were all moved or all removed."""
    for notes in _in_order(journal.objects.filter(kept=""), merge_id):  # type: ignore[attr-defined]
        for _, some in groupby(notes, key=lambda one: (one.model, not one.after)):
            yield list(some)


def _in_order(notes: models.QuerySet[Any], merge_id: int) -> Iterator[list[Any]]:
    last, end = f"{merge_id}-", f"{merge_id}-\U0010ffff"
    while some := list(notes.filter(key__gt=last, key__lt=end).order_by("key")[:_BATCH]):
        yield some
        last = some[-1].key


def held(notes: Sequence[Any]) -> list[Any]:
    """Within a transaction: those that nobody else has undone meanwhile, nor will."""
    rows = type(notes[0])._default_manager.select_for_update()
    return list(rows.filter(pk__in=[one.key for one in notes], kept="").order_by("key"))


class Restored(NamedTuple):
    now: Any  # None: it had been removed
    then: Any


def restore(notes: Sequence[MergedRow], *, locks: bool = True) -> tuple[list[Restored], dict[str, str]]:
    """Within a transaction: make rows, all of one model, what they were, those that nobody has changed since.

    Returns them, and of the others why they are kept, by the keys of their notes. A row that is again what it was
    already is none of either. Not every store `locks` several rows.
    """
    if not notes:
        return [], {}
    stored, taken = _stored(notes, locks), _taken(notes)
    restored, kept = {}, {}
    for one in notes:
        now, then = stored.get(_pk_since(one)), one.then
        if _is(stored.get(then.pk), one.before):
            continue
        if why := _why_kept(one, now, taken.get(_place(then))):
            kept[one.key] = why
        else:
            restored[one.key] = Restored(now if one.after else None, then)
    _write([(one, restored[one.key]) for one in notes if one.key in restored])
    return list(restored.values()), kept


def _pk_since(one: MergedRow) -> Any:
    pk = one.rows_model._meta.pk
    return pk.to_python({**one.before, **one.after}[pk.attname])


def _stored(notes: Sequence[MergedRow], locks: bool) -> dict[Any, Any]:
    rows = notes[0].rows_model._default_manager.all()
    ids = {one.then.pk for one in notes} | {_pk_since(one) for one in notes}
    return {row.pk: row for row in (rows.select_for_update() if locks else rows).filter(pk__in=ids)}


def _is(row: models.Model | None, columns: Columns) -> bool:
    """But for what others make of a row: `NOT_ITS_OWN` of its model."""
    wanted = {name: value for name, value in columns.items() if name not in getattr(row, "NOT_ITS_OWN", ())}
    return row is not None and columns_of(row, wanted) == wanted


def _why_kept(one: MergedRow, now: models.Model | None, in_its_place: Any) -> str:
    if one.after and now is None:
        return DELETED
    if one.after and not _is(now, {**one.before, **one.after}):
        return CHANGED
    return "" if in_its_place in (None, now and now.pk) else TAKEN


def _unique(model: type[models.Model]) -> tuple[str, ...]:
    found = (one.fields for one in model._meta.constraints if isinstance(one, models.UniqueConstraint))
    names = next(found, None) or [model._meta.pk.name]
    return tuple(model._meta.get_field(name).attname for name in names)  # type: ignore[union-attr]


def _place(row: models.Model) -> tuple[Any, ...]:
    """Where there can be no other."""
    return tuple(getattr(row, name) for name in _unique(type(row)))


def _taken(notes: Sequence[MergedRow]) -> dict[tuple[Any, ...], Any]:
    """{place: key of the row that has it}"""
    rows, model = [one.then for one in notes], notes[0].rows_model
    wanted = {f"{name}__in": {getattr(row, name) for row in rows} for name in _unique(model)}
    return {_place(row): row.pk for row in model._default_manager.filter(**wanted)}


def _write(changes: Sequence[tuple[MergedRow, Restored]]) -> None:
    """A row whose key says where it is, is another one there."""
    gone, new, in_place = [], [], []
    for one, (now, then) in changes:
        if now is None or now.pk != then.pk:
            new.append(then)
            gone += [now.pk] if now else []
        else:
            in_place.append((then.pk, {name: getattr(then, name) for name in one.after}))
    if gone:
        type(new[0])._default_manager.filter(pk__in=gone).delete()
    if new:
        insert_as_given(new)
    if in_place:
        _set(changes[0][0].rows_model, in_place)


def _set(model: type[models.Model], changes: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
    """Those that change alike with one statement."""
    for _, alike in groupby(changes, key=lambda change: change[1]):
        some = list(alike)
        model._default_manager.filter(pk__in=[pk for pk, _ in some]).update(**some[0][1])


def settle(notes: Sequence[MergedRow], kept: Mapping[str, str]) -> None:
    """Forget what is undone, and note of the others why it was not."""
    if not notes:
        return
    rows: Any = type(notes[0])._default_manager
    if done := [one.key for one in notes if one.key not in kept]:
        rows.filter(pk__in=done).delete()
    for why in sorted(set(kept.values())):
        rows.filter(pk__in=[key for key, said in kept.items() if said == why]).update(kept=why)


# --- Telling --------------------------------------------------------------------------------------


def counts_of(journal: Journal, merge_id: int) -> dict[str, dict[str, int]]:
    """{kind of row: how many were moved, how many removed}."""
    counts: Counter[tuple[str, str]] = Counter()
    rows: Any = journal._default_manager
    for notes in _in_order(rows.only("key"), merge_id):
        counts.update((order, model) for _, order, model, _ in (one.key.split("-", 3) for one in notes))
    noted = sorted({model for order, model in counts if order != _HUNG})
    return {
        _kind(journal, model): {"moved": counts[_MOVED, model], "removed": counts[_REMOVED, model]} for model in noted
    }


def kept_of(journal: Journal, merge_id: int) -> Iterator[dict[str, str]]:
    """What an undone merge has left as it is now, and why."""
    rows: Any = journal._default_manager
    store = journal._meta.app_label
    for notes in _in_order(rows.exclude(kept=""), merge_id):
        for one in notes:
            row = "" if journal.KEYS_NAME_MEMBERS else one.row
            yield {"store": store, "kind": _kind(journal, one.model), "id": row, "why": one.kept}


def _kind(journal: Journal, model: str) -> str:
    """What people, and events, call rows of a model."""
    return str(apps.get_model(journal._meta.app_label, model)._meta.verbose_name).replace(" ", "_")


def forget_members(journal: Journal, user_ids: Iterable[int]) -> None:
    """What was noted of members who are gone. Undone or not: nobody brings back what was theirs."""
    rows: Any = journal._default_manager
    for some in batched(sorted(set(user_ids)), _AT_ONCE):
        while keys := list(rows.filter(user_id__in=some).order_by().values_list("pk", flat=True)[:_BATCH]):
            rows.filter(pk__in=keys).delete()
