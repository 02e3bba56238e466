"""An ordinary request while 500 streams are open, against the same while none is: in turn, on the same processes.

They are a web server and one for streams, as `manage.py serve` starts them, in a folder of their own with SQLite.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from django.conf import settings

from benchmarks.measure import Figure
from movieverse.stores import STORES

STREAMS, ROUNDS, REQUESTS = 500, 6, 300
LIMIT = 1.25  # times the time without streams
REQUEST = "/api/v1/movies/1/"

PREPARE = f"""
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from apps.accounts.models import User
call_command("migrate_all", verbosity=0)
call_command("seed", "demo", verbosity=0)
for number in range({STREAMS}):
    user = User.objects.create_user(email=f"{{number}}@example.com", handle=f"member{{number}}", password=None)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "{settings.AUTHENTICATION_BACKENDS[0]}"
    session.create()
    print("session", session.session_key)
"""


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        variables = environment(folder)
        keys = _prepare(variables)
        web = stack.enter_context(_served(variables, "wsgi", "--blocking-threads", "8"))
        streams = stack.enter_context(_served(variables, "asginl"))
        alone: list[float] = []
        beside: list[float] = []
        for _ in range(ROUNDS):
            alone += _times(web)
            with _open_streams(streams, keys):
                beside += _times(web)
        yield Figure(f"a request while {STREAMS} streams are open", median(beside) * 1000, median(alone) * 1000, LIMIT)


def environment(folder: str) -> dict[str, str]:
    """Empty counts as unset, and goes before a .env file."""
    Path(folder, "static").mkdir(exist_ok=True)
    unset = dict.fromkeys((*(store.variable for store in STORES.values()), "REDIS_URL", "STORE_TIMEOUT"), "")
    own = {"VAR_DIR": folder, "SECRET_KEY": "benchmarks", "DEBUG": "false", "LOG_LEVEL": "WARNING"}
    own["CACHE_SOURCE"] = "database"  # a request that is given what was made before would hardly be one
    return os.environ | unset | own | {"RATE_LIMIT_ANONYMOUS": "10000000"}


def _prepare(environment: dict[str, str]) -> list[str]:
    command = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", PREPARE]
    done = subprocess.run(  # noqa: S603
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [line.removeprefix("session ") for line in done.stdout.splitlines() if line.startswith("session ")]


@contextmanager
def _served(environment: dict[str, str], interface: str, *options: str) -> Iterator[int]:
    """The port of a server that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = ["-m", "granian", "--no-ws", "--log-level", "error", "--workers-kill-timeout", "1", *options]
    command = [sys.executable, *granian, "--port", str(port), "--interface", interface]
    command.append(f"movieverse.{interface[:4]}:application")
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment)  # noqa: S603
    try:
        eventually(lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def eventually(happens: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        _get(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/livez")
    except OSError:
        return False
    return True


def _times(port: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    return [_get(connection, REQUEST) for _ in range(REQUESTS)]


def _get(connection: http.client.HTTPConnection, path: str) -> float:
    """How many seconds it took."""
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return time.perf_counter() - start


@contextmanager
def _open_streams(port: int, keys: list[str]) -> Iterator[None]:
    """Of as many members, each of which has shown its first event."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(_asked(port, key)) for key in keys]
        for one in sockets:
            _read_until(one, b"event: profile")
        yield


def _asked(port: int, key: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"GET /api/v1/me/profile/events/ HTTP/1.1\r\nHost: localhost\r\nX-Session-Token: {key}\r\n\r\n"
    stream.sendall(head.encode())
    return stream


def _read_until(stream: socket.socket, text: bytes) -> None:
    received = b""
    while text not in received:
        more = stream.recv(4096)
        assert more, received
        received += more
