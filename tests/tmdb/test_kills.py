"""A run that is killed at any moment: the same command then comes to the same catalogue as one that was not."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connections

from apps.catalog.digest import digests
from tests.seed.seeding import seeded
from tests.test_commands import CLEAN
from tests.tmdb import bodies
from tests.tmdb.server import KEY, Tmdb, error
from tests.tmdb.test_seeding import ids_file

DATABASE = "test_movieverse_tmdb"
FILMS, BATCH = 130, 100

NEVER = "before apps.imports.tmdb.pictures.setting_set"

# In the first batch when some of it is written, after it, and in the second one when its titles are written.
MOMENTS = (
    ("after apps.catalog.loading.movies.write_external_ids", "seed"),
    (NEVER, "seed_until_the_first_batch_is_noted"),
    ("before apps.imports.tmdb.loading.load_people", "seed"),
)


def film(number: int) -> dict[str, Any]:
    """One that shares people, companies and series with others; some share their titles."""
    draw = random.Random(number)
    who = [bodies.credited(one, f"Person {one % 90}", character="", order=0) for one in draw.sample(range(1, 100), 8)]
    return bodies.movie(
        number,
        f"Film {number % 110}",
        credits={"cast": who, "crew": [one | {"department": "Directing", "job": "Director"} for one in who[:2]]},
        production_companies=[{"id": one, "name": f"Company {one % 28}"} for one in draw.sample(range(1, 31), 2)],
        belongs_to_collection={"id": number % 9 + 1, "name": f"Series {number % 9 + 1}"},
    )


@pytest.fixture
def films(tmdb: Tmdb, settings: Any) -> Tmdb:
    settings.TMDB_TOKEN, settings.TMDB_API_KEY = "", KEY
    tmdb.has("movie", *(film(number) for number in range(1, FILMS + 1)))
    tmdb.has("collection", *(bodies.collection(number, f"Series {number}") for number in range(1, 9)))
    tmdb.always |= {"movie/7": error(400), "movie/120": error(404)}
    return tmdb


@pytest.fixture
def environment(tmp_path: Path, films: Tmdb, settings: Any) -> Iterator[dict[str, str]]:
    """Of an installation of its own, its catalogue on the engine that the tests have theirs on."""
    own = CLEAN | {"VAR_DIR": str(tmp_path / "broken"), "SECRET_KEY": "kills" * 10}
    own |= {"TMDB_URL": settings.TMDB_URL, "TMDB_TOKEN": "", "TMDB_API_KEY": KEY}
    on_mongodb = connections["catalog"].vendor == "mongodb"
    if on_mongodb:
        parts = urlsplit(os.environ["CATALOG_DATABASE_URL"])
        own["CATALOG_DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    command = [sys.executable, "manage.py", "migrate_all", "-v0"]
    subprocess.run(command, cwd=django_settings.BASE_DIR, env=os.environ | own, check=True)
    yield os.environ | own
    if on_mongodb:
        connections["catalog"].connection.drop_database(DATABASE)


def run(environment: dict[str, str], moment: str, task: str, ids: Path) -> subprocess.CompletedProcess[str]:
    words = [
        "tests.faults.moments",
        "SIGKILL",
        *moment.split(),
        f"tests.tmdb.killed.{task}",
        json.dumps({"ids": str(ids)}),
    ]
    command = [sys.executable, "-m", *words]
    cwd = django_settings.BASE_DIR
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("stores")
def test_a_run_that_is_killed_and_run_again_comes_to_the_same_catalogue(environment, films: Tmdb, tmp_path):
    ids = ids_file(tmp_path, *range(1, FILMS + 1))
    unbroken = seeded("tmdb", "--ids", ids)
    for moment, task in MOMENTS:
        struck = run(environment, moment, task, ids)
        assert struck.returncode == -signal.SIGKILL, (moment, struck.stderr)
    films.asked.clear()
    last = run(environment, NEVER, "seed_and_tell", ids)
    assert last.returncode == 0, last.stderr
    assert json.loads(last.stdout.splitlines()[-1]) == [digests(), []]
    lines = last.stderr.splitlines()
    assert f"Going on where an earlier run was: {BATCH} of {FILMS} are done. (--restart begins anew.)" in lines
    assert set(unbroken.lines) <= set(lines)
    assert sum(path.startswith("movie/") for path in films.times()) == FILMS - BATCH
    assert not list(tmp_path.glob("broken/tmdb/*.jsonl"))
