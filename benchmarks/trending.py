"""Hot trending over HTTP, given ready-made by one worker, against the same bytes from a service made for speed alone.

The other ones are FastAPI that has them from Redis, on the faster of two servers, and a Django view without middleware
that has them at hand. Each is measured in turn, so that all meet the same weather.
"""

import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from benchmarks.measure import Figure
from benchmarks.streams import environment, eventually
from movieverse.management.commands.serve import commands

PATH = "/api/v1/trending/movies/?limit=20"
ROUNDS, SECONDS, CONNECTIONS = 7, 2, 24
FASTER_THAN_FASTAPI, AS_FAST_AS_BARE = 1.2, 0.7
HOST = "127.0.0.1"
GRANIAN = [sys.executable, "-m", "granian", "--host", HOST, "--no-ws", "--log-level", "error", "--interface", "asgi"]
UVICORN = [sys.executable, "-m", "uvicorn", "--host", HOST, "--log-level", "error"]
FAST = "benchmarks.fast:app"
REDIS_DATABASE = "/9"


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        variables = environment(folder) | {"REDIS_URL": _redis_url(), "CACHE_SOURCE": "cache"}
        for command in (["migrate_all"], ["seed", "demo"]):
            manage(variables, *command)
        ports = {"ours": stack.enter_context(served(variables, as_shipped("movieverse.wsgi:application")))}
        variables["ANSWER"] = _kept(folder, ports["ours"])
        for name, command in {
            "bare": as_shipped("benchmarks.bare:application"),
            "granian": [*GRANIAN, FAST],
            "uvicorn": [*UVICORN, FAST],
        }.items():
            ports[name] = stack.enter_context(served(variables, command))
        rates = _rates(ports)
    fastest = max(rates["granian"], rates["uvicorn"])
    ours = 1000 / rates["ours"]
    yield Figure("hot trending, to FastAPI with Redis", ours, 1000 / fastest, 1 / FASTER_THAN_FASTAPI)
    yield Figure("hot trending, to a bare Django view", ours, 1000 / rates["bare"], 1 / AS_FAST_AS_BARE)


def _redis_url() -> str:
    """With a database of its own."""
    return urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=REDIS_DATABASE))


def manage(variables: dict[str, str], *command: str) -> None:
    done = [sys.executable, "manage.py", *command, "--verbosity=0"]
    subprocess.run(done, cwd=settings.BASE_DIR, env=variables, check=True)  # noqa: S603


def as_shipped(application: str, workers: int = 1) -> list[str]:
    """The command that serves ordinary requests, with another application and no port yet."""
    web = commands(HOST, 0, workers)["web"]
    at = web.index("--port")
    return [*web[:at], *web[at + 2 : -1], application]


@contextmanager
def served(variables: dict[str, str], command: list[str]) -> Iterator[int]:
    """The port of a server that answers."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*command, "--port", str(port)], cwd=settings.BASE_DIR, env=variables)  # noqa: S603
    try:
        eventually(lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return bool(_get(port))
    except OSError:
        return False


def _get(port: int) -> bytes:
    with urllib.request.urlopen(f"http://{HOST}:{port}{PATH}", timeout=5) as answer:
        body: bytes = answer.read()
        return body


def _kept(folder: str, port: int) -> str:
    """The file and the name in Redis that the others have the answer under."""
    from redis import Redis

    answer = Path(folder, "answer")
    answer.write_bytes(_get(port))
    Redis.from_url(_redis_url()).set(str(answer), answer.read_bytes())
    return str(answer)


def _rates(ports: dict[str, int]) -> dict[str, float]:
    """Requests a second of each, the median of its rounds after one that does not count."""
    found: dict[str, list[float]] = {name: [] for name in ports}
    for number in range(ROUNDS + 1):
        for name, port in ports.items():
            rate = _rate(port)
            if number:
                found[name].append(rate)
    return {name: median(rates) for name, rates in found.items()}


def _rate(port: int) -> float:
    command = [sys.executable, "-m", "benchmarks.load", str(port), PATH, str(CONNECTIONS), str(SECONDS)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return float(done.stdout)
