"""A great many new rows, as MongoDB takes them fastest: other engines take them as they always do."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections, router
from django.db.models import Model

from seed.run import Run

_WORTH_IT = 50_000  # rows, to make indexes for
_LONGEST = 3_600  # seconds that making them may take
_AT_ONCE = 2  # passes in which they are made


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
    """By two passes over the rows at once, half of them each. Those that are there stay.

    It takes some minutes, and so long waits whoever interrupts it.
    """
    with connection.schema_editor() as editor:
        wanted = [index.get_pymongo_index_model(model, editor) for index in model._meta.indexes]
    with connection.naming_the_store(), ThreadPoolExecutor(_AT_ONCE) as threads:
        made = [threads.submit(_make, collection, wanted[place::_AT_ONCE]) for place in range(_AT_ONCE)]
        for making in run.batches(made, 1, "indexes"):
            making[0].result()


def _make(collection: Any, indexes: Sequence[Any]) -> None:
    from pymongo import timeout

    with timeout(_LONGEST):
        collection.create_indexes(indexes)
