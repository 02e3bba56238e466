"""Emulators of the tests' own, and the raw protocol to one of their namespaces."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).resolve().parents[2]
MODULE = "movieverse.engines.firebase.emulator"


class Emulator:
    """A process that serves a folder's data; `address` is what FIREBASE_DATABASE_EMULATOR_HOST takes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.notice = process.stderr.readline()
        self.url = self.notice.split()[-1]
        self.address = urlsplit(self.url).netloc

    def namespace(self, name: str) -> "Namespace":
        return Namespace(self, name)

    def connect(self) -> socket.socket:
        host, _, port = self.address.partition(":")
        return socket.create_connection((host, int(port)), timeout=10)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def launch(folder: Path, *options: object) -> subprocess.Popen[str]:
    """Of an option given twice the last counts."""
    command = [sys.executable, "-m", MODULE, "--port", 0, "--data", folder, *options]
    return subprocess.Popen([str(part) for part in command], cwd=ROOT, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(folder: Path, *options: object) -> Iterator[Emulator]:
    """It ends as it should, and has reported no defect, unless the test has killed it."""
    process = launch(folder, *options)
    try:
        yield Emulator(process)
        was_killed = process.poll() is not None
    finally:
        process.terminate()
        _, complaints = process.communicate(timeout=10)
    assert was_killed or (process.returncode, complaints) == (0, "")


class Namespace:
    """Requests as any HTTP client sends them."""

    def __init__(self, emulator: Emulator, name: str) -> None:
        self.emulator, self.name = emulator, name
        self.session = requests.Session()

    def call(self, method: str, path: str, body: Any = ..., **options: Any) -> requests.Response:
        """The options are query parameters, but for `headers`."""
        headers = options.pop("headers", {})
        data = None if body is ... else body if isinstance(body, bytes) else json.dumps(body)
        url, parameters = f"{self.emulator.url}{path}", {"ns": self.name} | options
        return self.session.request(method, url, params=parameters, data=data, headers=headers, timeout=30)

    def get(self, path: str, **options: Any) -> Any:
        return accepted(self.call("GET", path, **options))

    def put(self, path: str, value: Any, **options: Any) -> Any:
        return accepted(self.call("PUT", path, value, **options))

    def patch(self, path: str, value: Any, **options: Any) -> Any:
        return accepted(self.call("PATCH", path, value, **options))

    def post(self, path: str, value: Any, **options: Any) -> Any:
        return accepted(self.call("POST", path, value, **options))

    def delete(self, path: str, **options: Any) -> Any:
        return accepted(self.call("DELETE", path, **options))

    def query(self, path: str, by: str, **filters: Any) -> Any:
        """With the values in JSON, as they have to be."""
        return self.get(path, orderBy=json.dumps(by), **{name: json.dumps(value) for name, value in filters.items()})

    @contextmanager
    def listen(self, path: str, **parameters: str) -> Iterator[Iterator[tuple[str, Any]]]:
        url = f"{self.emulator.url}{path}"
        headers = {"Accept": "text/event-stream"}
        parameters = {"ns": self.name} | parameters
        with requests.get(url, params=parameters, headers=headers, stream=True, timeout=10) as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            yield events(answer.iter_lines(chunk_size=1))


def accepted(answer: requests.Response) -> Any:
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def refused(answer: requests.Response, status: int = 400) -> str:
    """The error told."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    return answer.json()["error"]


def events(lines: Iterator[bytes]) -> Iterator[tuple[str, Any]]:
    """Each event's name with its path and data, with None for a sign of life."""
    for line in lines:
        if line.startswith(b"event: "):
            name = line.removeprefix(b"event: ").decode()
            told = json.loads(next(lines).removeprefix(b"data: "))
            yield name, told and (told["path"], told["data"])
