"""A million films with their credits into MongoDB, against `insert_many` of the same documents.

The films are made up once and stay in `var/bench`, from where they are read, which is counted: they come to the seed
from another process. The yardsticks write what stands in the catalogue that has just been filled, all but the events:
where the same indexes are, as a bare `insert_many` finds them, or where they are made afterwards, which is much faster.
Reading the documents for it is not counted.
"""

import logging
import pickle
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from apps.catalog.models import Event
from apps.catalog.records import MovieRecord
from benchmarks.measure import Figure
from benchmarks.scale import LARGE, own_databases, use
from movieverse.bulk import batched
from seed.run import Run
from seed.synthetic import loading as synthetic
from seed.synthetic.rows import BATCH

OURS, BARE = "movieverse_bench_films", "movieverse_bench_bare"
AT_MOST = 1.5  # times the bare inserts' time
_AT_ONCE = 2_000  # documents
_LONGEST = 3_600  # seconds that the indexes may take


def run(size: synthetic.Size = LARGE) -> Iterator[Figure]:
    connection: Any = connections["catalog"]
    if connection.vendor != "mongodb":
        raise SystemExit("The benchmark films needs CATALOG_DATABASE_URL to be mongodb://….")
    logging.disable(logging.INFO)
    with own_databases(), ExitStack() as stack:
        for name in (OURS, BARE):
            connection.connection.drop_database(name)
            stack.callback(connection.connection.drop_database, name)
        ours = _filled(use(OURS), size)
        indexed, loaded = (_copied(is_indexed_first) for is_indexed_first in (True, False))
    yield Figure("films with credits, to insert_many", ours, indexed, AT_MOST, "s")
    yield Figure("films with credits, to indexes afterwards", ours, loaded, AT_MOST, "s")


def _made(size: synthetic.Size) -> Path:
    path = settings.VAR_DIR / "bench" / f"films-{size.movies}-{size.people}-{size.random_seed}-{BATCH}.pickle"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            for records in synthetic.made_up(size, batched(range(1, size.movies + 1), BATCH)):
                pickle.dump(records, file)
        part.replace(path)
    return path


def _read(path: Path, size: synthetic.Size, numbers: Iterable[Sequence[int]]) -> Iterator[Sequence[MovieRecord]]:
    """All of them, for nothing is there yet."""
    with path.open("rb") as file:
        for _ in numbers:
            yield pickle.load(file)  # noqa: S301  which we have written


def _filled(database: Any, size: synthetic.Size) -> float:
    call_command("migrate", database="catalog", verbosity=0)
    films = partial(_read, _made(size))
    start = time.perf_counter()
    synthetic.seed(size, Run(), films)
    seconds = time.perf_counter() - start
    database[Event._meta.db_table].drop()
    return seconds


def _copied(is_indexed_first: bool) -> float:
    client: Any = connections["catalog"].connection
    client.drop_database(BARE)
    names = client[OURS].list_collection_names()
    return sum(_copy(client[OURS][name], client[BARE][name], is_indexed_first) for name in names)


def _copy(source: Any, target: Any, is_indexed_first: bool) -> float:
    """Seconds that the writing took."""
    seconds = _indexed(source, target) if is_indexed_first else 0
    found = source.find()
    while documents := list(islice(found, _AT_ONCE)):
        start = time.perf_counter()
        target.insert_many(documents, ordered=False)
        seconds += time.perf_counter() - start
    return seconds if is_indexed_first else seconds + _indexed(source, target)


def _indexed(source: Any, target: Any) -> float:
    from pymongo import IndexModel, timeout

    told = [dict(index) for index in source.list_indexes()]
    wanted = [
        IndexModel(list(one.pop("key").items()), **{name: one[name] for name in one if name != "v"}) for one in told
    ]
    start = time.perf_counter()
    with timeout(_LONGEST):
        target.create_indexes(wanted)
    return time.perf_counter() - start
