"""Twenty million ratings, from a CSV file to what everybody sees, against a bare load of the same rows.

`manage.py imports run` does it, in a process of its own, on MariaDB and on PostgreSQL. The yardstick is what the server
itself offers, given a file made ready for it, and the sums by film. The files are made once and stay in `var/bench`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from benchmarks import movielens_shape
from benchmarks.bulk_ratings import MariaDB, PostgreSQL, Server, bare_seconds, database, rest, write_rows
from benchmarks.measure import Figure
from benchmarks.streams import environment
from benchmarks.trending import manage

INSTALLATION, RATINGS = "movieverse_bench_imports", "test_movieverse_bench_ratings"
EMPTY, FULL, AGAIN = 1.4, 3.0, 1.0  # times the bare load's time, and the first import's
MOST_MEMORY = 600  # MB
NONE = 0.0  # of the members' writes
GOOD, BAD = movielens_shape.RATINGS - movielens_shape.BAD, movielens_shape.BAD


def run() -> Iterator[Figure]:
    files = files_of_ratings()
    for server in (MariaDB(os.environ["REVIEWS_DATABASE_URL"]), PostgreSQL(os.environ["DATABASE_URL"])):
        with installation(server) as variables:
            imported(variables, files["movies"])
            yield from _figures(server, variables, files)


def _figures(server: Server, variables: dict[str, str], files: dict[str, Path]) -> Iterator[Figure]:
    bare = bare_seconds(server, RATINGS, files["rows"])
    rest(server)
    first = imported(variables, files["ratings"])
    _check(variables, first, GOOD, 0, 0, shown=GOOD)
    rest(server)
    again = imported(variables, files["ratings"])
    _check(variables, again, 0, 0, GOOD, shown=GOOD)
    rest(server)
    with _writing(variables) as members:
        others = imported(variables, files["others"])
    _check(variables, others, GOOD, 0, 0, shown=2 * GOOD + members.wrote)
    memory = max(first.memory, again.memory, others.memory)
    yield Figure(f"{server.name}: ratings into an empty store", first.seconds, bare, EMPTY, "s")
    yield Figure(f"{server.name}: the same file again, to the first time", again.seconds, first.seconds, AGAIN, "s")
    yield Figure(f"{server.name}: into a full store, under writes", others.seconds, bare, FULL, "s")
    yield Figure(f"{server.name}: writes refused meanwhile, of all", members.refused, members.wrote, NONE, "")
    yield Figure(f"{server.name}: memory, to its limit", memory, MOST_MEMORY, 1, "MB")


def _check(variables: dict[str, str], done: "Imported", *outcome: int, shown: int) -> None:
    """No row may be without its outcome, or with another one, and no rating without its place in the averages."""
    (counted,) = said(variables, SHOWN, "shown")
    if (*done.outcome, int(counted)) != (*outcome, BAD, BAD, shown):
        raise SystemExit(f"Not {outcome}, {BAD} rejected and {shown} shown, but {done.outcome} and {counted}.")


# --- Files and stores -----------------------------------------------------------------------------


def files_of_ratings() -> dict[str, Path]:
    folder = settings.VAR_DIR / "bench"
    folder.mkdir(exist_ok=True)
    files = {name: folder / f"{name}.csv" for name in ("movies", "ratings", "others")} | {"rows": folder / "rows.tsv"}
    if not files["rows"].exists():
        movielens_shape.write_films(files["movies"])
        movielens_shape.write(files["ratings"])
        movielens_shape.write(files["others"], seed=21, first_user=1 + movielens_shape.USERS)
        write_rows(files["ratings"], files["rows"])
    return files


@contextmanager
def installation(server: Server) -> Iterator[dict[str, str]]:
    """The environment of one with stores of its own, migrated and empty; its ratings are on that server."""
    redis = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/9"))
    with ExitStack() as stack:
        variables = environment(stack.enter_context(TemporaryDirectory())) | {
            "DATABASE_URL": stack.enter_context(database(PostgreSQL(os.environ["DATABASE_URL"]), INSTALLATION)),
            "REVIEWS_DATABASE_URL": stack.enter_context(database(server, RATINGS)),
            "CATALOG_DATABASE_URL": stack.enter_context(_catalog(os.environ["CATALOG_DATABASE_URL"])),
            "REDIS_URL": redis,
        }
        manage(variables, "migrate_all")
        yield variables


@contextmanager
def _catalog(url: str) -> Iterator[str]:
    from pymongo import MongoClient

    with MongoClient(url) as client:
        client.drop_database(INSTALLATION)
        yield urlunsplit(urlsplit(url)._replace(path=f"/{INSTALLATION}"))
        client.drop_database(INSTALLATION)


# --- An import, and what has come of it -----------------------------------------------------------

TELL = """
from apps.imports.models import Import
row = Import.objects.latest("pk")
counts = row.counts.get("ratings", {})
outcomes = [counts.get(name, 0) for name in ("created", "updated", "unchanged", "rejected")]
print("told", *outcomes, row.rejected_rows.count())
"""
SHOWN = """
from django.db.models import Sum
from apps.reviews.models import RatingSummary
print("shown", RatingSummary.objects.aggregate(shown=Sum("count"))["shown"])
"""


class Imported(NamedTuple):
    seconds: float
    memory: float  # MB, at most
    outcome: tuple[int, ...]  # ratings created, updated, unchanged, rejected; rejected rows kept


def imported(variables: dict[str, str], path: Path) -> Imported:
    command = [sys.executable, "manage.py", "imports", "--verbosity=0", "run", str(path)]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=variables)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"The import of {path} failed.")
    (told,) = said(variables, TELL, "told")
    return Imported(seconds, usage.ru_maxrss * 1024 / 1e6, tuple(map(int, told.split())))


def said(variables: dict[str, str], script: str, word: str) -> list[str]:
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", script]
    done = subprocess.run(  # noqa: S603
        command, cwd=settings.BASE_DIR, env=variables, stdout=subprocess.PIPE, text=True, check=True
    )
    return [line.removeprefix(word).strip() for line in done.stdout.splitlines() if line.startswith(word)]


# --- Members who rate meanwhile -------------------------------------------------------------------

MEMBERS, A_SECOND = 10**9, 20  # no rater has such a number
WRITE = f"""
import signal, sys, time
from itertools import count
from apps.catalog.models import Movie
from apps.reviews.services import rating_set
from movieverse.exceptions import StoreUnavailable
refused = 0
movies = list(Movie.objects.order_by("pk").values_list("pk", flat=True)[:50])
stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
due = time.monotonic()
for number in count():
    if stopped:
        break
    for attempt in count():
        try:
            rating_set(user_id={MEMBERS} + number // 50, movie_id=movies[number % 50], value=1 + number % 10)
            break
        except StoreUnavailable:
            refused += not attempt
            time.sleep(0.1)
    due += 1 / {A_SECOND}
    time.sleep(max(0, due - time.monotonic()))
print("wrote", number, refused)
"""
COUNT = f"""
from apps.reviews.models import Rating
print("found", Rating.shown.filter(user_id__gte={MEMBERS}).count())
"""


@dataclass
class Members:
    """How many ratings they gave, and how many of them were told to come back, as they then did."""

    wrote: int = 0
    refused: int = 0


@contextmanager
def _writing(variables: dict[str, str]) -> Iterator[Members]:
    """Ratings by members for as long as it lasts, with the deadlines of requests. None is lost."""
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", WRITE]
    as_requests, members = variables | {"STORE_TIMEOUT": "2"}, Members()
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=as_requests, stdout=subprocess.PIPE, text=True) as writer:  # noqa: S603
        start = time.perf_counter()
        try:
            yield members
        finally:
            writer.terminate()
        seconds = time.perf_counter() - start
        printed, _ = writer.communicate()
    if not writer.returncode:
        members.wrote, members.refused = map(int, printed.split()[-2:])
    (found,) = said(variables, COUNT, "found")
    if int(found) != members.wrote or members.wrote < 0.8 * A_SECOND * seconds:
        raise SystemExit(f"In {seconds:.0f} s members gave {members.wrote} ratings, of which {found} are there.")
