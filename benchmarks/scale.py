"""A million films against ten thousand, on MongoDB: what an answer costs must not grow with the catalogue.

Both catalogues are filled once, by the synthetic seed, and kept: the larger one takes some ten minutes and 3 GB.
Answers are made each time, past the cache.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client

from apps.catalog import selectors
from apps.catalog.models import Event, Movie
from benchmarks.measure import Figure, compare
from movieverse.api.cursors import Cursor, Ordering, rows_from
from seed.run import Run
from seed.synthetic import loading as synthetic

SMALL = synthetic.Size(10_000, 3_000, 0, 0)
LARGE = synthetic.Size(1_000_000, 300_000, 0, 0)
DATABASES = {SMALL: "movieverse_bench_10k", LARGE: "movieverse_bench_1m"}
ORDERINGS = (Ordering("-popularity", "popularity"), Ordering("-release_date", "release_day"))
DETAILS, PAGE = 300, 20
GROWTH, OVERHEAD = 1.5, 4  # times the time with ten thousand films, and pymongo's


def run() -> Iterator[Figure]:
    if connections["catalog"].vendor != "mongodb":
        raise SystemExit("The benchmark scale needs CATALOG_DATABASE_URL to be mongodb://….")
    logging.disable(logging.INFO)
    settings.CACHE_SOURCE = "DATABASE"
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, 10**9)
    with own_databases():
        for size in DATABASES:
            fill(size)
        yield _growth("GET a film: of a million, of 10,000", _details)
        yield _overhead_of_a_film()
        for ordering in ORDERINGS:
            yield _growth(f"GET a page from the middle, {ordering.name}", lambda ordering=ordering: [_page(ordering)])
            yield _overhead_of_a_page(ordering)


# --- The catalogues -------------------------------------------------------------------------------


@contextmanager
def own_databases() -> Iterator[None]:
    connection: Any = connections["catalog"]
    name = connection.settings_dict["NAME"]
    connection.ensure_connection()
    try:
        yield
    finally:
        use(name)


def use(name: str) -> Any:
    """Let the catalogue be this database, on the connections there are."""
    connection: Any = connections["catalog"]
    connection.settings_dict["NAME"] = name
    connection.database = connection.connection[name]
    return connection.database


def fill(size: synthetic.Size) -> None:
    database = use(DATABASES[size])
    call_command("migrate", database="catalog", verbosity=0)
    is_indexed = len(database[Movie._meta.db_table].index_information()) > 1
    if Movie.objects.count() != size.movies or not is_indexed:
        synthetic.seed(size, Run())
        database[Event._meta.db_table].drop()  # which nobody is to hear of


# --- Against ten thousand films -------------------------------------------------------------------


def _growth(name: str, paths: Callable[[], list[str]]) -> Figure:
    return compare(name, _asking(LARGE, paths), _asking(SMALL, paths), at_most=GROWTH)


def _asking(size: synthetic.Size, paths: Callable[[], list[str]]) -> Callable[[], None]:
    client, name = Client(SERVER_NAME="localhost"), DATABASES[size]
    use(name)
    asked = cycle(paths())

    def ask() -> None:
        use(name)
        answer = client.get(next(asked))
        assert answer.status_code == 200, answer.content

    return ask


def _details() -> list[str]:
    return [f"/api/v1/movies/{pk}/" for pk in some_ids()]


def some_ids() -> list[int]:
    number = Movie.objects.count()
    wanted = [f"0-{Random(place).randint(1, number)}" for place in range(DETAILS)]
    return list(selectors.find_by_external_ids("movie", "synthetic", wanted).values())


def _page(ordering: Ordering) -> str:
    query = {"ordering": ordering.name, "cursor": _middle(ordering).encoded(Movie), "limit": PAGE}
    return f"/api/v1/movies/?{urlencode(query)}"


def _middle(ordering: Ordering) -> Cursor:
    movies = Movie.objects.order_by(f"-{ordering.field}", "-pk").only("pk", ordering.field)
    row = movies[Movie.objects.count() // 2]
    return Cursor(ordering.name, False, getattr(row, ordering.field), row.pk)


# --- Against pymongo ------------------------------------------------------------------------------


def _overhead_of_a_film() -> Figure:
    collection = use(DATABASES[LARGE])[Movie._meta.db_table]
    columns = [name for name in _columns() if name not in selectors.MOVIE_PARTS]
    ours, theirs = cycle(some_ids()), cycle(some_ids())
    return compare(
        "a film read by the ORM",
        lambda: selectors.movie_with(next(ours), ()),
        lambda: collection.find_one({"_id": next(theirs)}, columns),
        at_most=OVERHEAD,
    )


def _columns() -> list[str]:
    return [field.column for field in Movie._meta.concrete_fields]


def _overhead_of_a_page(ordering: Ordering) -> Figure:
    collection = use(DATABASES[LARGE])[Movie._meta.db_table]
    cursor = _middle(ordering)
    columns = [Movie._meta.get_field(name).column for name in selectors.MOVIE_LIST_FIELDS]
    ties = {ordering.field: cursor.value, "_id": {"$lt": cursor.pk}}
    beyond = {"$or": [{ordering.field: {"$lt": cursor.value}}, ties]}
    return compare(
        f"a page read by the ORM, {ordering.name}",
        lambda: rows_from(selectors.movie_summaries(), ordering, cursor, PAGE),
        lambda: list(collection.find(beyond, columns).sort([(ordering.field, -1), ("_id", -1)]).limit(PAGE)),
        at_most=OVERHEAD,
    )
