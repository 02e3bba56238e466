"""Two worker processes over HTTP: what a curator changes by one of them, both show, whatever becomes of Redis."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import requests
from django.conf import settings

from tests.faults.conftest import eventually, taken_away
from tests.test_commands import CLEAN

PREPARE = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from tests.factories import make_movie, make_user
call_command("migrate_all", verbosity=0)
curator = make_user("curator", is_staff=True, is_superuser=True)
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(curator.pk), curator.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session.create()
print("made", session.session_key, make_movie("Heat").pk)
"""
WITHIN = 0.1  # seconds after an edit's answer, everybody shows it
CROWD = 200
LONGEST = 3  # seconds, for any answer


class Site(NamedTuple):
    environment: dict[str, str]
    workers: list[str]  # their addresses
    token: str
    path: str

    def manage(self, *command: str) -> None:
        run = [sys.executable, "manage.py", *command]
        subprocess.run(run, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.DEVNULL, check=True)

    def read(self, worker: str) -> requests.Response:
        answer = requests.get(worker + self.path, headers={"Host": "localhost"}, timeout=10)  # as behind one proxy
        assert answer.status_code == 200, answer.text
        assert answer.elapsed.total_seconds() < LONGEST
        return answer

    def titles(self) -> list[str]:
        return [self.read(worker).json()["title"] for worker in self.workers]

    def warm(self) -> None:
        """Until each worker gives its answer ready-made."""
        for worker in self.workers:
            eventually(lambda worker=worker: self.read(worker).headers["X-Cache"] == "hit", seconds=20)

    def rename(self, worker: str, title: str) -> None:
        headers = {"X-Session-Token": self.token, "If-Match": "*"}
        answer = requests.patch(worker + self.path, json={"title": title}, headers=headers, timeout=10)
        assert answer.status_code == 200, answer.text
        assert answer.elapsed.total_seconds() < LONGEST


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "8"]
    command = [*granian, "--log-level", "error", "movieverse.wsgi:application"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        eventually(lambda: requests.get(f"{address}/livez", timeout=5).status_code == 200, seconds=30)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Site]:
    (folder / "static").mkdir()
    unlimited = dict.fromkeys(("RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_MEMBER", "RATE_LIMIT_WRITES"), "1000000")
    own = {"VAR_DIR": str(folder), "SECRET_KEY": "cache", "LOG_LEVEL": "WARNING", "PYTHONPATH": str(settings.BASE_DIR)}
    environment: dict[str, str] = os.environ | CLEAN | own | unlimited | more
    environment["DJANGO_SETTINGS_MODULE"] = "movieverse.settings"
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", PREPARE],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    token, movie = made.stdout.split()[-2:]
    with ExitStack() as stack:
        workers = [stack.enter_context(served(environment)) for _ in range(2)]
        yield Site(environment, workers, token, f"/api/v1/movies/{movie}/")


@pytest.fixture(scope="module")
def with_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("redis"), REDIS_URL=os.environ["REDIS_URL"]) as site:
        yield site


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("embedded")) as site:
        yield site


both_kinds = pytest.mark.parametrize("kind", ["embedded", pytest.param("with_redis", marks=pytest.mark.servers)])


@both_kinds
def test_both_workers_show_an_edit_a_moment_after_its_answer(request: pytest.FixtureRequest, kind: str):
    site: Site = request.getfixturevalue(kind)
    for number in range(6):
        site.warm()
        site.rename(site.workers[number % 2], f"Heat {number}")
        time.sleep(WITHIN)
        assert site.titles() == [f"Heat {number}"] * 2


@both_kinds
def test_the_worker_that_took_the_edit_shows_it_at_once(request: pytest.FixtureRequest, kind: str):
    site: Site = request.getfixturevalue(kind)
    for number in range(6):
        site.warm()
        site.rename(site.workers[0], f"Ronin {number}")
        assert site.read(site.workers[0]).json()["title"] == f"Ronin {number}"


@both_kinds
def test_clearing_the_cache_reaches_every_worker(request: pytest.FixtureRequest, kind: str):
    site: Site = request.getfixturevalue(kind)
    for worker in site.workers:
        site.warm()
        site.manage("cache", "clear")
        assert site.read(worker).headers["X-Cache"] == "miss"  # the other one may then have what this one has built


@pytest.mark.servers
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["stopped", "frozen"])
def test_an_edit_while_redis_is_away_shows_at_once_and_when_it_is_back(with_redis: Site, number: signal.Signals):
    title = f"Away {number:d}"
    with_redis.warm()
    with taken_away("redis", number):
        with_redis.rename(with_redis.workers[0], title)
        assert with_redis.titles() == [title] * 2
        assert with_redis.titles() == [title] * 2
    until = time.monotonic() + 2
    while time.monotonic() < until:
        assert with_redis.titles() == [title] * 2
    with_redis.warm()
    assert with_redis.titles() == [title] * 2


@pytest.mark.servers
def test_nobody_is_given_what_redis_cannot_vouch_for_any_more(with_redis: Site):
    with_redis.warm()
    with taken_away("redis", signal.SIGSTOP):
        time.sleep(0.3)
        assert {with_redis.read(worker).headers["X-Cache"] for worker in with_redis.workers} == {"miss"}
    with_redis.warm()


@pytest.mark.servers
def test_of_a_crowd_at_two_workers_one_has_an_answer_built(with_redis: Site):
    with_redis.warm()
    with_redis.manage("cache", "clear")
    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(with_redis.read, with_redis.workers * (CROWD // 2)))
    assert sum(answer.headers["X-Cache"] == "miss" for answer in answers) == 1
