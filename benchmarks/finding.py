"""Finding films among a million, over HTTP and past the cache: by two clients at once, on the web server as `serve`
starts it with Redis: a process a core.

The catalogue is that of the benchmark `scale`; its index is made once, which takes some minutes, and kept.
"""

import http.client
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit, urlunsplit

import django
from django.conf import settings

from apps.catalog.models import Movie
from benchmarks.measure import Figure
from benchmarks.scale import DATABASES, LARGE, fill, own_databases, some_ids
from benchmarks.streams import environment
from benchmarks.trending import as_shipped, manage, served
from movieverse.management.commands.serve import usual_workers

CLIENTS, ROUNDS = 2, 5
FAST, WITH_FACETS = 30, 100  # milliseconds, of which 95 in 100 answers need no more

Asked = dict[str, object]


def run() -> Iterator[Figure]:
    with own_databases():
        fill(LARGE)
        films = list(Movie.objects.in_bulk(some_ids()).values())
    variables = _variables()
    manage(variables, "migrate_all")
    if not Path(variables["VAR_DIR"], "search", "current").exists():
        manage(variables, "search", "rebuild")
    with served(variables, as_shipped("movieverse.wsgi:application", usual_workers())) as port:
        for name, limit, paths in (
            ("search", FAST, _searches(films)),
            ("suggestions", FAST, _suggestions(films)),
            ("discover, filtered", FAST, _discoveries(films)),
            ("discover, filtered, all facets", WITH_FACETS, _discoveries(films, facets="all")),
        ):
            yield Figure(f"{name}: 95th percentile, to its limit", _percentile(port, paths), limit, 1)


def _variables() -> dict[str, str]:
    folder = settings.VAR_DIR / "bench_1m"
    folder.mkdir(exist_ok=True)
    catalogue = urlsplit(os.environ["CATALOG_DATABASE_URL"])._replace(path=f"/{DATABASES[LARGE]}")
    return environment(str(folder)) | {"CATALOG_DATABASE_URL": urlunsplit(catalogue)}


def _searches(films: list[Movie]) -> list[str]:
    ways = (
        lambda film: film.title,
        lambda film: f"{film.title} {film.release_year or ''}",
        lambda film: _mistyped(film.title),
        lambda film: film.cast[0]["name"] if film.cast else film.title,
    )
    return [_path("search/", q=ways[place % len(ways)](film)) for place, film in enumerate(films)]


def _mistyped(title: str) -> str:
    """With two letters of its longest word swapped."""
    word = max(title.split(), key=len)
    middle = len(word) // 2
    swapped = word[: middle - 1] + word[middle : middle + 1] + word[middle - 1 : middle] + word[middle + 1 :]
    return title.replace(word, swapped)


def _suggestions(films: list[Movie]) -> list[str]:
    return [_path("search/suggest/", q=film.title[: 2 + place % 9]) for place, film in enumerate(films)]


def _discoveries(films: list[Movie], **more: object) -> list[str]:
    orders = ("-popularity", "-release_date", "-rating", "title", "-revenue")
    asked = (_filters(film, place) | {"ordering": orders[place % len(orders)]} for place, film in enumerate(films))
    return [_path("discover/", **filters, **more) for filters in asked]


def _filters(film: Movie, place: int) -> Asked:
    year = film.release_year or 2000
    country, language = (film.countries or ["US"])[0], film.original_language or "en"
    ways: tuple[Asked, ...] = (
        {"genre": (film.genre_ids or [1])[0], "year__gte": year - 5, "year__lte": year + 5},
        {"country": country, "original_language": language},
        {"person": (film.cast_ids or [1])[0]},
        {"genre__not": (film.genre_ids or [1])[0], "runtime__gte": 90, "kind": "movie"},
        {"keyword": (film.keywords or ["love"])[0], "rating_count__gte": 0},
        {"genre": "|".join(map(str, film.genre_ids or [1])), "release_date__gte": f"{year}-01-01"},
    )
    return ways[place % len(ways)]


def _path(of: str, **asked: object) -> str:
    return f"/api/v1/{of}?{urlencode(asked)}"


def _percentile(port: int, paths: list[str]) -> float:
    """The 95th, in milliseconds, of what the clients have waited, each with its own half of the paths.

    Of some rounds the median, after one in which the stores read from the disk.
    """
    Random(0).shuffle(paths)
    with ProcessPoolExecutor(CLIENTS, get_context("spawn"), django.setup) as clients:
        halves = [clients.submit(rounds, port, paths[number::CLIENTS]) for number in range(CLIENTS)]
        by_client = [half.result() for half in halves]
    by_round = [list(chain.from_iterable(waited)) for waited in zip(*by_client, strict=True)]
    return median(quantiles(waited, n=20)[-1] for waited in by_round[1:])


def rounds(port: int, paths: list[str]) -> list[list[float]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    return [[_ask(connection, path) for path in paths] for _ in range(1 + ROUNDS)]


def _ask(connection: http.client.HTTPConnection, path: str) -> float:
    start = time.perf_counter()
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, body)
    return (time.perf_counter() - start) * 1000
