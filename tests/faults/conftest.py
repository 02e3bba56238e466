"""A MovieVerse of its own on the real servers, served over HTTP, and the means to take a server away from it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from django.conf import settings
from django.db import connections

from tests.faults.holdings import profiles

DATABASE = "test_movieverse_faults"
STATE = settings.BASE_DIR / "var" / "servers" / "state.json"
URLS = ("DATABASE_URL", "REVIEWS_DATABASE_URL", "CATALOG_DATABASE_URL", "PROFILES_DATABASE_URL")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = "needs the real servers: make servers"
    skip = pytest.mark.skipif(connections["catalog"].vendor != "mongodb" or not STATE.exists(), reason=reason)
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(skip)


def _statements(*statements: str) -> None:
    """Run statements on PostgreSQL and MariaDB, outside Django."""
    import MySQLdb
    import psycopg2

    mysql = urlsplit(os.environ["REVIEWS_DATABASE_URL"])
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    connect = {"host": mysql.hostname, "port": mysql.port, "user": mysql.username, "password": mysql.password}
    with closing(MySQLdb.connect(**connect)) as connection, closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)


MEMBERS = 8  # who write at once
PASSWORD = "correct horse battery"
# Who have confirmed their addresses already: no mail is sent here.
MAKE_MEMBERS = f"""
from allauth.account.models import EmailAddress
from apps.accounts.models import User
for handle in ["faults", *("load%s" % number for number in range({MEMBERS}))]:
    user = User.objects.create_user(email=handle + "@example.com", handle=handle, password="{PASSWORD}")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
"""


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of an installation in databases of its own, migrated and seeded."""
    from pymongo import MongoClient

    urls = {name: urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{DATABASE}")) for name in URLS}
    own = {"SECRET_KEY": "faults", "DEBUG": "", "STORE_TIMEOUT": "", "DJANGO_SETTINGS_MODULE": "movieverse.settings"}
    own["CACHE_SOURCE"] = "database"  # what was answered before would be answered again, whatever is away
    own |= dict.fromkeys(("RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_MEMBER", "RATE_LIMIT_WRITES"), "1000000")
    var = tmp_path_factory.mktemp("var")
    (var / "static").mkdir()
    values = os.environ | urls | own | {"VAR_DIR": str(var)}
    _statements(f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}")
    profiles(values, "DELETE")
    for command in (["migrate_all"], ["seed", "demo"], ["shell", "-c", MAKE_MEMBERS]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=values, check=True)
    yield values
    subprocess.run([sys.executable, "-m", "scripts.servers", "start"], cwd=settings.BASE_DIR, check=True)
    _statements(f"DROP DATABASE {DATABASE}")
    profiles(values, "DELETE")
    with MongoClient(urls["CATALOG_DATABASE_URL"]) as client:
        client.drop_database(DATABASE)


class Site:
    def __init__(self, address: str) -> None:
        self.address = address
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> requests.Response:
        return requests.get(self.address + path, headers=self.headers, timeout=10)

    def send(self, method: str, path: str, body: dict[str, Any] | None) -> requests.Response:
        headers = self.headers | {"If-Match": "*"}
        return requests.request(method, self.address + path, json=body, headers=headers, timeout=10)

    def ready(self) -> bool:
        return self.get("/readyz").status_code == 200

    def sign_in(self) -> None:
        answer = requests.post(
            f"{self.address}/_allauth/app/v1/auth/login",
            json={"email": "faults@example.com", "password": PASSWORD},
            timeout=10,
        )
        self.headers = {"X-Session-Token": answer.json()["meta"]["session_token"]}
        for method, part, body in (
            ("PUT", "movies/1/rating", {"value": 9}),
            ("PUT", "movies/1/tags/heist", None),
            ("POST", "movies/1/reviews", {"body": "Fine."}),
            ("PATCH", "me/profile", {"bio": "Finds faults."}),
            ("PUT", "me/watchlist/1", None),
        ):
            self.send(method, f"/api/v1/{part}/", body).raise_for_status()


@pytest.fixture(scope="session")
def site(environment: dict[str, str]) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
    server = subprocess.Popen([*command, "movieverse.wsgi:application"], cwd=settings.BASE_DIR, env=environment)
    site = Site(f"http://127.0.0.1:{port}")
    try:
        eventually(site.ready, seconds=30)
        site.sign_in()
        yield site
    finally:
        server.terminate()
        server.wait(10)


def eventually(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except requests.ConnectionError:
            pass
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.1)


def _processes(server: str) -> list[int]:
    """The server's process, and PostgreSQL's children, each of which serves a connection."""
    pid = json.loads(STATE.read_text())[server]["pid"]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _is_at_work(pid: int) -> bool:
    """On a busy machine a signal takes its time to reach every thread."""
    try:
        states = [path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    except OSError:  # it has just ended
        return False
    return not set(states) <= set("TtZX")


@contextmanager
def taken_away(server: str, number: signal.Signals) -> Iterator[None]:
    """Kill or freeze a server for the time of the block."""
    processes = _processes(server)
    for pid in processes:
        os.kill(pid, number)
    eventually(lambda: not any(map(_is_at_work, processes)), seconds=10)
    try:
        yield
    finally:
        subprocess.run(
            [sys.executable, "-m", "scripts.servers", "start"],
            cwd=settings.BASE_DIR,
            check=True,
            stdout=subprocess.DEVNULL,
        )
