"""A million films with their credits into MongoDB, against `insert_many` of the same documents.

The films are made up once and stay in `var/bench`, from where the seed's processes read them, which is counted. The
yardsticks write what stands in the catalogue that has just been filled, all but the events: where the same indexes
are, as a bare `insert_many` finds them, or where they are made afterwards, which is much faster. Reading the documents
for it is not counted.
"""

import logging
import pickle
import time
from collections.abc import Iterator, Sequence
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
from movieverse.pool import worked_off
from seed.run import Run
from seed.synthetic import loading as synthetic
from seed.synthetic.filling import BATCH

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
    """The folder of the files, each with a batch of films."""
    folder: Path = settings.VAR_DIR / "bench" / f"films-{size.movies}-{size.people}-{size.random_seed}-{BATCH}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        for _ in worked_off(partial(_make, size, part), batched(range(1, size.movies + 1), BATCH)):
            pass
        part.replace(folder)
    return folder


def _make(size: synthetic.Size, folder: Path, numbers: Sequence[int]) -> None:
    _file_of(folder, numbers).write_bytes(pickle.dumps(synthetic.made_up(size)(numbers)))


def _read(folder: Path, numbers: Sequence[int]) -> Sequence[MovieRecord]:
    """All of them, for nothing is there yet."""
    films: Sequence[MovieRecord] = pickle.loads(_file_of(folder, numbers).read_bytes())  # noqa: S301  which we have written
    return films


def _file_of(folder: Path, numbers: Sequence[int]) -> Path:
    return folder / f"{numbers[0]}.pickle"


def _filled(database: Any, size: synthetic.Size) -> float:
    call_command("migrate", database="catalog", verbosity=0)
    folder = _made(size)
    start = time.perf_counter()
    synthetic.seed(size, Run(), partial(_read, folder))
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
