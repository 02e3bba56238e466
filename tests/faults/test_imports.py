"""Imports on the real servers: a worker is killed in the middle of one, and the store that it writes is taken away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from tests.faults.conftest import eventually, taken_away
from tests.faults.holdings import mysql, postgresql, rows
from tests.imports.netflix_files import title, written

TITLES = 8_000
FILMS, RATERS = 100, 16_000
TAKEN_OVER = 120.0  # seconds: a lease, and a while for whoever is woken to do all of it

MAKE = """
from pathlib import Path
from apps.imports.services.imports import import_files, wake
row = import_files(paths=list(map(Path, {paths!r})))
wake(row.pk)
print(row.pk)
"""


class Installation:
    """The one of these tests, with a queue of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        url = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/7"))
        self.environment = environment | {"REDIS_URL": url, "PYTHONFAULTHANDLER": "1"}
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, **options: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", *words]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, **options)
        self.processes.append(process)
        return process

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        process = self.start(*words)
        try:
            yield process
        except Exception:
            with suppress(OSError, subprocess.TimeoutExpired):
                kill(process, signal.SIGABRT)  # faulthandler tells where it and its children are
            raise
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()

    def shell(self, script: str) -> str:
        process = self.start("shell", "-v", "0", "-c", script, stdout=subprocess.PIPE)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return said.decode().strip()

    def made(self, *paths: Path) -> int:
        return int(self.shell(MAKE.format(paths=list(map(str, paths)))))

    def told(self, import_id: int) -> dict[str, Any]:
        names = ("state", "reason", "to_do", "waiting_for", "attempts", "counts", "progress", "undone_at")
        with closing(postgresql(self.environment)) as accounts:
            found = rows(accounts, f"SELECT {', '.join(names)} FROM imports_import WHERE id = {import_id}")
        return dict(zip(names, found[0], strict=True))

    def is_loading(self, import_id: int) -> bool:
        told = self.told(import_id)
        assert told["state"] in ("queued", "started"), told
        progress = told["progress"]
        return progress.get("stage") == "titles" and 100 <= progress["done"] < TITLES - 300

    def waits_for(self, import_id: int) -> str:
        return str(self.told(import_id)["waiting_for"])

    def has_completed(self, import_id: int) -> bool:
        return self.told(import_id)["state"] == "completed"

    def undo(self, import_id: int) -> None:
        """So that the next test finds nothing of it."""
        undo = "from apps.imports.services.imports import import_undo; from apps.imports.models import Import"
        self.shell(f"{undo}; import_undo(row=Import.objects.get(pk={import_id}), by=None)")
        with self.running("worker"):
            eventually(lambda: self.told(import_id)["undone_at"] is not None, TAKEN_OVER)


@pytest.fixture
def installation(environment: dict[str, str]) -> Iterator[Installation]:
    """What a run before has left in the queue is of imports that are no more."""
    import redis

    installation = Installation(environment)
    redis.from_url(installation.environment["REDIS_URL"]).flushdb()
    yield installation
    for process in installation.processes:
        if process.poll() is None:
            kill(process)


@pytest.fixture
def titles(tmp_path: Path) -> Path:
    """Of names that no other set has."""
    rows_of = (title(f"tm{number}", f"Unheard of {number}", runtime="100") for number in range(TITLES))
    return written(tmp_path / "titles.csv", rows_of)


@pytest.fixture
def ratings(tmp_path: Path) -> list[Path]:
    """Films that no other set has, and so many ratings of them that they take a while; the last rows are none."""
    films = "".join(f"{movie},Unheard of {movie} (1999),Drama\n" for movie in range(1, FILMS + 1))
    pairs = ((user, movie) for user in range(1, RATERS + 1) for movie in range(1, FILMS + 1))
    rows_of = "".join(f"{user},{movie},{(user + movie) % 10 / 2 + 0.5},1094785{movie:03}\n" for user, movie in pairs)
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n" + films)
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n" + rows_of + "1,1,5.0,0\n1,2,6.0,0\n")
    return [tmp_path / "movies.csv", tmp_path / "ratings.csv"]


def kill(worker: subprocess.Popen[bytes], number: signal.Signals = signal.SIGKILL) -> None:
    """It, and the process in which it does a job."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    for pid in (worker.pid, *map(int, children)):
        os.kill(pid, number)
    worker.wait(10)


def test_what_a_killed_worker_began_is_finished_by_another_and_counted_once(installation: Installation, titles: Path):
    import_id = installation.made(titles)
    worker = installation.start("worker")
    eventually(lambda: installation.is_loading(import_id), 60)
    kill(worker)
    assert installation.told(import_id)["state"] == "started"
    with installation.running("scheduler"), installation.running("worker"):
        eventually(lambda: installation.has_completed(import_id), TAKEN_OVER)
    told = installation.told(import_id)
    assert (told["attempts"], told["to_do"]) == (2, "")
    assert told["counts"]["movies"] == {"created": TITLES, "updated": 0, "unchanged": 0, "rejected": 0}
    installation.undo(import_id)


@pytest.mark.parametrize("server", ["mongodb", "postgresql"])
def test_an_import_waits_for_a_store_that_is_away_and_goes_on(installation: Installation, titles: Path, server: str):
    import_id = installation.made(titles)
    with installation.running("worker"):
        eventually(lambda: installation.is_loading(import_id), 60)
        with taken_away(server, signal.SIGKILL):
            if server == "mongodb":
                eventually(lambda: installation.waits_for(import_id) == "catalog", 100)  # a command's STORE_TIMEOUT
            else:
                time.sleep(3)
        eventually(lambda: installation.has_completed(import_id), TAKEN_OVER)
    counts = installation.told(import_id)["counts"]["movies"]
    assert counts == {"created": TITLES, "updated": 0, "unchanged": 0, "rejected": 0}
    installation.undo(import_id)


def test_ratings_survive_a_killed_worker_and_then_a_killed_store(installation: Installation, ratings: list[Path]):
    before = chunks(installation)
    import_id = installation.made(*ratings)
    worker = installation.start("worker")
    eventually(lambda: chunks(installation) > before, 60)
    kill(worker)
    assert installation.told(import_id)["state"] == "started"
    loaded = chunks(installation)
    assert shown_ratings(installation) == (0, 0)
    with installation.running("scheduler"), installation.running("worker"):
        eventually(lambda: chunks(installation) > loaded, TAKEN_OVER)
        with taken_away("mysql", signal.SIGKILL):
            eventually(lambda: installation.waits_for(import_id) == "reviews", 100)
        eventually(lambda: installation.has_completed(import_id), TAKEN_OVER)
    counts = installation.told(import_id)["counts"]["ratings"]
    assert counts == {"created": FILMS * RATERS, "updated": 0, "unchanged": 0, "rejected": 2}
    assert shown_ratings(installation) == (FILMS * RATERS, FILMS * RATERS * 5.5)
    installation.undo(import_id)
    assert shown_ratings(installation) == (0, 0)


def chunks(installation: Installation) -> int:
    with closing(mysql(installation.environment)) as reviews:
        ((number,),) = rows(reviews, "SELECT COUNT(*) FROM reviews_ratingchunk")
    return int(number)


_BROUGHT = "reviews_rating WHERE batch_id IN (SELECT id FROM reviews_ratingbatch WHERE state = 'shown')"


def shown_ratings(installation: Installation) -> tuple[int, int]:
    """How many ratings raters have brought, and their half-stars; which is what the summaries say."""
    summed = f"reviews_ratingsummary WHERE movie_id IN (SELECT movie_id FROM {_BROUGHT})"
    with closing(mysql(installation.environment)) as reviews:
        (there,) = rows(reviews, f"SELECT COUNT(*), COALESCE(SUM(value), 0) FROM {_BROUGHT}")
        (told,) = rows(reviews, f"SELECT COALESCE(SUM(count), 0), COALESCE(SUM(total), 0) FROM {summed}")
    assert there == told
    return int(told[0]), int(told[1])
