"""Rows written faster than by `save()`, the same on every engine.

One by `insert` or `add`, many by `bulk_upsert`, or by `insert_all` where all of them are new.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.db import NotSupportedError, connections, models, router
from django.db.models.constants import OnConflict

from movieverse.fields import DocumentField, ListField

BATCH = 500

Item = TypeVar("Item")
Row = TypeVar("Row", bound=models.Model)


@dataclass
class Counts:
    """What became of the rows of one kind."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Consecutive slices of at most `size` items. (itertools has it from Python 3.12 on.)"""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def bulk_upsert(
    rows: Sequence[Row],
    *,
    update_fields: Sequence[str],
    key: Sequence[str] = ("pk",),
    batch: int = BATCH,
    dry_run: bool = False,
    written: Callable[[Sequence[Row]], None] | None = None,
    noted: Callable[[Sequence[Row], Sequence[tuple[Row, Row]]], None] | None = None,
) -> Counts:
    """Create rows, all of one model, or bring the `update_fields` of those stored under the same `key` up to date.

    The key is the primary key or the fields of a unique constraint. Among rows of one key the last one
    wins. Rows that are already so are not written. Each batch is one short write, so that others get
    their turn, and an interrupted run can be run again; `written` is called with the rows that each batch wrote,
    `noted` with those that were new, and with the others as they were and as they are. A dry run writes nothing, and
    counts what it would.
    """
    counts = Counts()
    for rows_of_batch in batched(rows, batch):
        new, changed, unchanged = _compared(rows_of_batch, list(update_fields), list(key))
        counts += Counts(len(new), len(changed), unchanged)
        if dry_run or not (new or changed):
            continue
        both = [*new, *(row for _, row in changed)]
        _write(type(rows[0]), both, list(update_fields), list(key))
        if written:
            written(both)
        if noted:
            noted(new, changed)
    return counts


def _key_of(row: models.Model, key: list[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in key)


def _compared(rows: Sequence[Row], names: list[str], key: list[str]) -> tuple[list[Row], list[tuple[Row, Row]], int]:
    """The rows that are new, those that differ with what is stored before them, and the number of the others."""
    latest = {_key_of(row, key): row for row in rows}
    wanted = {f"{name}__in": {getattr(row, name) for row in rows} for name in key}
    stored = {_key_of(row, key): row for row in type(rows[0])._default_manager.filter(**wanted)}
    new = [row for row_key, row in latest.items() if row_key not in stored]
    known = [(stored[row_key], row) for row_key, row in latest.items() if row_key in stored]
    changed = [(was, row) for was, row in known if _differs(row, was, names)]
    return new, changed, len(latest) - len(new) - len(changed)


def _differs(row: models.Model, stored: models.Model, names: list[str]) -> bool:
    fields = [field for field in row._meta.concrete_fields if field.name in names]
    return any(
        field.to_python(getattr(row, field.attname)) != getattr(stored, field.attname)
        for field in fields
        if not getattr(field, "auto_now", False)
    )


def _write(model: type[models.Model], rows: list[Any], names: list[str], key: list[str]) -> None:
    connection = connections[router.db_for_write(model)]
    if connection.vendor == "mongodb":
        _write_mongodb(connection, model, rows, names, key)
    elif not names:
        model._default_manager.bulk_create(rows, ignore_conflicts=True)
    else:
        unique = (
            [] if connection.vendor == "mysql" else [model._meta.pk.name if key == ["pk"] else name for name in key]
        )
        model._default_manager.bulk_create(
            rows, update_conflicts=True, update_fields=names, unique_fields=unique or None
        )


def _write_mongodb(
    connection: Any, model: type[models.Model], rows: list[Any], names: list[str], key: list[str]
) -> None:
    from django_mongodb_backend.query import wrap_database_errors
    from pymongo import UpdateOne

    fields: list[Any] = list(model._meta.concrete_fields)
    identity = [field for field in fields if field.name in key or (key == ["pk"] and field.primary_key)]
    updated = [field for field in fields if field.name in names]
    only_new = [field for field in fields if field not in updated and field not in identity]
    writes: list[Any] = []
    for row in rows:
        document: dict[Any, Any] = {field: _prepared(connection, row, field) for field in fields}
        changes: dict[str, Any] = {
            operator: {field.column: document[field] for field in group}
            for operator, group in (("$set", updated), ("$setOnInsert", only_new))
            if group
        }
        writes.append(UpdateOne({field.column: document[field] for field in identity}, changes, upsert=True))
    collection = connection.get_collection(model._meta.db_table)
    with connection.naming_the_store():
        wrap_database_errors(collection.bulk_write)(writes, ordered=False, session=connection.session)


# What every driver takes as it is, by the kind of field: Django's preparation would take longer than the rest.
_PLAIN: dict[type, Any] = {
    int: models.IntegerField,
    str: (models.CharField, models.TextField),
    type(None): models.Field,
}


def _prepared(connection: Any, row: models.Model, field: models.Field) -> Any:
    value = field.pre_save(row, add=True)
    is_plain = isinstance(field, _PLAIN.get(type(value), ()))
    return value if is_plain else field.get_db_prep_save(value, connection=connection)


def insert(row: models.Model, *, if_absent: bool = False) -> bool:
    """Insert one row, as `save()` would, at a fraction of its cost: no signals, and the statement is made once.

    With `if_absent`, a row that breaks a unique constraint is left out, without harm to the transaction. Whether the
    row was written.
    """
    model = type(row)
    connection: Any = connections[router.db_for_write(model)]
    if not connection.speaks_sql:
        if if_absent:
            raise NotSupportedError(f"{connection.display_name} leaves out no row that is there already.")
        row.save(force_insert=True)
        return True
    sql, fields = _insert_statement(model, connection.vendor, if_absent)
    with connection.cursor() as cursor:
        cursor.execute(sql, [_prepared(connection, row, field) for field in fields])
        if cursor.rowcount and isinstance(model._meta.pk, models.AutoField):
            row.pk = cursor.fetchone()[0] if connection.vendor == "postgresql" else cursor.lastrowid
        return bool(cursor.rowcount)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert new rows, all of one model, as fast as the store takes them. What a save would set, the caller has set."""
    model = type(rows[0])
    connection: Any = connections[router.db_for_write(model)]
    if connection.vendor != "mongodb":
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        return
    from django_mongodb_backend.query import wrap_database_errors

    documents = _documents(connection, model, rows)
    collection = connection.get_collection(model._meta.db_table)
    with connection.naming_the_store():
        wrap_database_errors(collection.insert_many)(documents, session=connection.session)


# MongoDB's driver takes these as they are, moments with their time zone. To prepare them takes longer than the rest.
_AS_IS = (
    models.IntegerField, models.FloatField, models.BooleanField, models.CharField, models.TextField,
    models.DateTimeField, DocumentField, ListField,
)  # fmt: skip


def _documents(connection: Any, model: type[models.Model], rows: Sequence[models.Model]) -> list[dict[str, Any]]:
    fields: list[Any] = list(model._meta.concrete_fields)
    columns, values_of = [field.column for field in fields], attrgetter(*(field.attname for field in fields))
    documents = [dict(zip(columns, values_of(row), strict=True)) for row in rows]
    for field in fields:
        if not isinstance(field, _AS_IS):
            for document in documents:
                document[field.column] = field.get_db_prep_save(document[field.column], connection=connection)
    return documents


def insert_as_given(rows: Sequence[models.Model]) -> None:
    """Insert rows, all of one model, with every column as it is given, also those that a save would set itself."""
    model = type(rows[0])
    # With a conflict that is none, Firebase takes one row as it takes several: beside others that are written.
    on_conflict = None if connections[router.db_for_write(model)].speaks_sql else OnConflict.IGNORE  # type: ignore[attr-defined]
    insertion: Any = model._default_manager.get_queryset()
    insertion._insert(rows, model._meta.concrete_fields, raw=True, on_conflict=on_conflict)


def insert_later(row: models.Model) -> None:
    """Insert one row before its transaction ends. Nobody waits for it, nor learns its key."""
    connection: Any = connections[router.db_for_write(type(row))]
    if not connection.speaks_sql:
        row.save(force_insert=True)
        return
    sql, fields = _insert_statement(type(row), connection.vendor, if_absent=False)
    connection.execute_later(sql, [_prepared(connection, row, field) for field in fields])


@cache
def _insert_statement(model: type[models.Model], vendor: str, if_absent: bool) -> tuple[str, list[models.Field]]:
    """The statement and the fields it takes."""
    operations: Any = connections[router.db_for_write(model)].ops
    quoted, meta = operations.quote_name, cast(Any, model._meta)
    fields = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    on_conflict = OnConflict.IGNORE if if_absent else None
    names, places = ", ".join(quoted(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    head = f"{operations.insert_statement(on_conflict)} {quoted(meta.db_table)} ({names}) VALUES ({places})"
    tail = operations.on_conflict_suffix_sql(fields, on_conflict, (), ())
    if vendor == "postgresql" and isinstance(meta.pk, models.AutoField):  # the others' cursors know it by themselves
        tail += f" {operations.return_insert_columns([meta.pk])[0]}"
    return f"{head} {tail}".rstrip(), fields


def add(model: type[models.Model], pk: Any, **numbers: int) -> bool:
    """Add to the columns of a row, where they are stored. False if there is no such row, or a number is too small."""
    connection = connections[router.db_for_write(model)]
    taken = {name: -number for name, number in numbers.items() if number < 0}
    statement = _addition(model, connection.vendor, tuple(numbers), tuple(taken))
    with connection.cursor() as cursor:  # the ORM takes longer to write this statement than the server to run it
        cursor.execute(statement, [*numbers.values(), pk, *taken.values()])
        return bool(cursor.rowcount)


@cache
def _addition(model: type[models.Model], vendor: str, names: tuple[str, ...], taken: tuple[str, ...]) -> str:
    quoted, meta = connections[router.db_for_write(model)].ops.quote_name, cast(Any, model._meta)
    columns = {name: quoted(meta.get_field(name).column) for name in names}
    assignments = ", ".join(f"{column} = {column} + %s" for column in columns.values())
    conditions = [f"{quoted(meta.pk.column)} = %s", *(f"{columns[name]} >= %s" for name in taken)]
    return f"UPDATE {quoted(meta.db_table)} SET {assignments} WHERE {' AND '.join(conditions)}"
