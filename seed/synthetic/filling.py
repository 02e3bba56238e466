"""A great many new rows, as MongoDB takes them fastest: other engines take them as they always do."""

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, Generic, TypeVar

from django.db import connections, router
from django.db.models import Model

from movieverse.bulk import Counts, batched
from movieverse.pool import SELDOM, worked_off
from seed.run import Run

BATCH = 2_000  # rows of one transaction
_WORTH_IT = 50_000  # rows, to start processes and to make indexes for
_LONGEST = 3_600  # seconds that making indexes may take
_AT_ONCE = 2  # passes in which they are made

Result = TypeVar("Result")
Store = Callable[[Sequence[int]], Result]  # stores what there is of some numbers
Stored = Generator[Result, None, None]


def filled(begin: Callable[[Run], Store[Result]], total: int, unit: str, run: Run) -> Iterator[Result]:
    """What comes of storing the numbers from 1 to the total, batch by batch: in several processes where that is faster.

    What begins it is pickled then, and counts in a run of its own.
    """
    batches = list(batched(range(1, total + 1), BATCH))
    results = (_beside if _is_worth_it(connections["catalog"], total, run) else _here)(begin, batches, run)
    with run.stage(unit, total), closing(results):
        for result, batch in zip(results, batches, strict=True):
            yield result
            run.done(len(batch))


def _here(begin: Callable[[Run], Store[Result]], batches: list[Sequence[int]], run: Run) -> Stored[Result]:
    yield from map(begin(run), batches)


def _beside(begin: Callable[[Run], Store[Result]], batches: list[Sequence[int]], run: Run) -> Stored[Result]:
    for result, counts in worked_off(_Storing(begin), batches):
        run.add(counts)
        yield result


class _Storing(Generic[Result]):
    """Stores in a process of its own, and hands over what became of the rows."""

    def __init__(self, begin: Callable[[Run], Store[Result]]) -> None:
        self._begin = begin
        self._store: Store[Result] | None = None
        self._run = Run(quiet=True)

    def __call__(self, batch: Sequence[int]) -> tuple[Result, dict[str, Counts]]:
        self._store = self._store or self._begin(self._run)
        result, counts = self._store(batch), dict(self._run.counts)
        self._run.counts.clear()
        return result, counts


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For a block that makes many objects without cycles: the garbage collector takes longer than to make them."""
    thresholds = gc.get_threshold()
    gc.set_threshold(SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def indexed_afterwards(model: type[Model], rows: int, run: Run) -> Iterator[None]:
    """For a block that writes most of so many rows: indexes that are made at its end take a fifth of the time.

    However it ends; where even that fails, the next run makes them.
    """
    connection: Any = connections[router.db_for_write(model)]
    if not _is_worth_it(connection, rows, run):
        yield
        return
    collection = connection.get_collection(model._meta.db_table)
    if rows > 2 * collection.estimated_document_count():
        collection.drop_indexes()
    try:
        yield
    finally:
        _make_indexes(connection, collection, model, run)


def _is_worth_it(connection: Any, rows: int, run: Run) -> bool:
    return not (connection.speaks_sql or run.dry_run or rows < _WORTH_IT)


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
