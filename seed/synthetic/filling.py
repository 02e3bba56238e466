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
_PROCESSES = 4  # at most: what they have not yet committed has to fit into the server's cache
_LONGEST = 3_600  # seconds that making indexes may take
_AT_ONCE = 2  # passes in which they are made

Result = TypeVar("Result")
Store = Callable[[Sequence[int]], Result]  # stores what there is of some numbers
Stored = Generator[Result, None, None]


def filled(
    model: type[Model], begin: Callable[[Run], Store[Result]], total: int, unit: str, run: Run
) -> Iterator[Result]:
    """What comes of storing the numbers from 1 to the total, batch by batch: in several processes where most are new.

    What begins it is pickled then, and counts in a run of its own. Beside indexes that are there, several transactions
    would not fit into the server's cache, which rolls them back again and again.
    """
    batches = list(batched(range(1, total + 1), BATCH))
    is_beside = _is_worth_it(model, total, run) and _are_most_new(model, total)
    results = (_beside if is_beside else _here)(begin, batches, run)
    with run.stage(unit, total), closing(results):
        for result, batch in zip(results, batches, strict=True):
            yield result
            run.done(len(batch))


def _here(begin: Callable[[Run], Store[Result]], batches: list[Sequence[int]], run: Run) -> Stored[Result]:
    yield from map(begin(run), batches)


def _beside(begin: Callable[[Run], Store[Result]], batches: list[Sequence[int]], run: Run) -> Stored[Result]:
    for result, counts in worked_off(_Storing(begin), batches, most=_PROCESSES):
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
    if not _is_worth_it(model, rows, run):
        yield
        return
    if _are_most_new(model, rows):
        _collection(model).drop_indexes()
    try:
        yield
    finally:
        _make_indexes(model, run)


def _is_worth_it(model: type[Model], rows: int, run: Run) -> bool:
    return not (_connection(model).speaks_sql or run.dry_run or rows < _WORTH_IT)


def _are_most_new(model: type[Model], rows: int) -> bool:
    return rows > 2 * _collection(model).estimated_document_count()  # type: ignore[no-any-return]


def _connection(model: type[Model]) -> Any:
    return connections[router.db_for_write(model)]


def _collection(model: type[Model]) -> Any:
    return _connection(model).get_collection(model._meta.db_table)


def _make_indexes(model: type[Model], run: Run) -> None:
    """By two passes over the rows at once, half of them each. Those that are there stay.

    It takes some minutes, and so long waits whoever interrupts it.
    """
    connection = _connection(model)
    with connection.schema_editor() as editor:
        wanted = [index.get_pymongo_index_model(model, editor) for index in model._meta.indexes]
    with connection.naming_the_store(), ThreadPoolExecutor(_AT_ONCE) as threads:
        made = [threads.submit(_make, _collection(model), wanted[place::_AT_ONCE]) for place in range(_AT_ONCE)]
        for making in run.batches(made, 1, "indexes"):
            making[0].result()


def _make(collection: Any, indexes: Sequence[Any]) -> None:
    from pymongo import timeout

    with timeout(_LONGEST):
        collection.create_indexes(indexes)
