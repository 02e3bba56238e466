"""A great many new rows at once, as MongoDB takes them fastest: other engines take them as they always do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, router
from django.db.models import Model

from seed.run import Run

_WORTH_IT = 50_000  # rows, to make indexes for
_LONGEST = 3_600  # seconds that making them may take
_AS_IS = (str, int, float, list, dict, type(None))


def insert(rows: Sequence[Model]) -> None:
    """New rows of one model. What the driver takes as it is, is not prepared: that would take longer than the rest."""
    model = type(rows[0])
    connection: Any = connections[router.db_for_write(model)]
    if connection.speaks_sql:
        model._default_manager.bulk_create(rows)
        return
    from django_mongodb_backend.query import wrap_database_errors

    fields = [(field, field.attname, field.column) for field in model._meta.concrete_fields]
    documents = [
        {
            column: value
            if isinstance(value := getattr(row, name), _AS_IS)
            else field.get_db_prep_save(value, connection=connection)
            for field, name, column in fields
        }
        for row in rows
    ]
    collection = connection.get_collection(model._meta.db_table)
    with connection.naming_the_store():
        wrap_database_errors(collection.insert_many)(documents, session=connection.session)


@contextmanager
def indexed_afterwards(model: type[Model], rows: int, run: Run) -> Iterator[None]:
    """For a block that writes most of so many rows: indexes that are made at its end take a fifth of the time.

    However it ends; where even that fails, the next run makes them.
    """
    connection: Any = connections[router.db_for_write(model)]
    if connection.speaks_sql or run.dry_run or rows < _WORTH_IT:
        yield
        return
    collection = connection.get_collection(model._meta.db_table)
    if rows > 2 * collection.estimated_document_count():
        collection.drop_indexes()
    try:
        yield
    finally:
        _make_indexes(connection, collection, model, run)


def _make_indexes(connection: Any, collection: Any, model: type[Model], run: Run) -> None:
    """All in one pass over the rows, which takes some minutes. Those that are there stay."""
    from pymongo import timeout

    with connection.schema_editor() as editor, connection.naming_the_store(), timeout(_LONGEST):
        wanted = [index.get_pymongo_index_model(model, editor) for index in model._meta.indexes]
        for indexes in run.batches(wanted, len(wanted), "indexes"):
            collection.create_indexes(indexes)
