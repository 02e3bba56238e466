"""Whoever keeps the index up may be killed at any moment: in the end the index is the catalogue."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from tests.test_commands import CLEAN

KILLS = 5

WRITE = """
import random, select, sys
from apps.catalog import services
from apps.catalog.models import Movie
number = 0
def write():
    global number
    number += 1
    name = f"Title {number}"
    ids = list(Movie.objects.values_list("pk", flat=True))
    movie = Movie.objects.get(pk=random.choice(ids)) if ids and random.random() < 0.6 else Movie()
    if movie.pk and random.random() < 0.3:
        return services.movie_delete(movie=movie)
    movie.title = movie.original_title = name
    services.movie_save(movie=movie)
for _ in range(60):
    write()
print("begun", flush=True)
while not select.select([sys.stdin], [], [], 0.02)[0]:
    write()
"""

COMPARE = """
import json, time, tantivy
from apps.catalog.models import Movie
from apps.catalog.search import files
from apps.catalog.search.readers import searcher
from apps.catalog.search.schema import SCHEMA, row_at
from movieverse.outbox.changes import change_log
def found(query):
    hits = searcher().search(query, 100_000, order_by_field="by_popularity").hits
    return sorted(row_at(place).id for place, _ in hits)
while not files.current() or files.position(files.current()) < change_log().position:
    time.sleep(0.1)
movies = dict(Movie.objects.values_list("pk", "title"))
named = {pk: found(tantivy.Query.term_query(SCHEMA, "name", title.replace(" ", "").lower(), "basic"))
         for pk, title in movies.items()}
print(json.dumps({
    "too many or too few": found(tantivy.Query.all_query()) != sorted(movies),
    "not found by their names": [pk for pk, ids in named.items() if ids != [pk]],
    "rows": len(movies),
}))
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    environment = os.environ | CLEAN | {"VAR_DIR": str(tmp_path)}
    started = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, **pipes))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_at_work(process: subprocess.Popen[str], lock: Path) -> bool:
    return lock.exists() and f"pid {process.pid} " in lock.read_text()


def test_the_index_is_the_catalogue_however_often_its_writers_are_killed(start, tmp_path: Path):
    def output(*arguments: str) -> str:
        return start(*arguments).communicate(timeout=60)[0]

    output("migrate_all", "--verbosity=0", "--skip-checks")
    writer = start("shell", "--verbosity=0", "--command", WRITE)
    assert writer.stdout.readline() == "begun\n"
    for number in range(KILLS):
        do, lock = ("rebuild", "making") if number % 2 else ("follow", "following")
        victim = start("search", do, "--skip-checks")
        eventually(partial(is_at_work, victim, tmp_path / "search" / f"{lock}.lock"))
        time.sleep(random.uniform(0, 0.5))
        victim.kill()
        victim.communicate()
    writer.communicate("enough\n", timeout=30)
    follower = start("search", "follow", "--skip-checks")
    compared = json.loads(output("shell", "--verbosity=0", "--command", COMPARE))
    follower.terminate()
    follower.communicate(timeout=10)
    assert follower.returncode == 0
    rows = compared.pop("rows")
    assert rows > 20
    assert compared == {"too many or too few": False, "not found by their names": []}
