"""An installation of its own on embedded stores, with processes that can be killed."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

_STORES = ("DATABASE_URL", "REDIS_URL", "EMULATOR_HOST")


class Installation:
    def __init__(self, var: Path) -> None:
        self.var = var
        self.processes: list[subprocess.Popen[str]] = []
        (var / "static").mkdir(exist_ok=True)
        own = {"VAR_DIR": str(var), "SECRET_KEY": "imports", "DEBUG": "", "STORE_TIMEOUT": ""}
        own["DJANGO_SETTINGS_MODULE"] = "movieverse.settings"
        others = {name: value for name, value in os.environ.items() if not name.endswith(_STORES)}
        self.environment = others | own

    def start(self, *words: object) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", *map(str, words)]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, **pipes)
        self.processes.append(process)
        return process

    def stop(self) -> None:
        """What a test that failed has left, frozen at worst."""
        for process in self.processes:
            if process.poll() is None:
                kill(process)

    def web(self) -> AbstractContextManager[str]:
        """The process of ordinary requests, and where it is."""
        return self._serving("--interface", "wsgi", "--no-ws", "--blocking-threads", "8", "movieverse.wsgi:application")

    def streams(self) -> AbstractContextManager[str]:
        """The process of streams, and where it is."""
        return self._serving("--interface", "asginl", "--workers-kill-timeout", "1", "movieverse.asgi:application")

    @contextmanager
    def _serving(self, *words: str) -> Iterator[str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), *words]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment)
        try:
            eventually(lambda: _answers(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)

    def run(self, *words: object) -> str:
        process = self.start(*words)
        said, _ = process.communicate(timeout=180)
        assert process.returncode == 0, said
        return said

    def perform(self, import_id: int) -> subprocess.Popen[str]:
        """A worker that has been told of the import."""
        told = f"from apps.imports.running.performing import perform; print(perform({import_id}))"
        return self.start("shell", "-v", "0", "-c", told)

    def rows(self, store: str, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.var / f"{store}.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def held(self, store: str) -> Iterator[None]:
        """While it lasts nobody else writes there: whoever wants to waits."""
        with closing(sqlite3.connect(self.var / f"{store}.sqlite3", timeout=20)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    def is_writable(self, store: str) -> bool:
        with closing(sqlite3.connect(self.var / f"{store}.sqlite3", timeout=0.2)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            return True

    def state(self, import_id: int = 1) -> tuple[str, str]:
        """And what is to be done."""
        found = self.rows("default", f"SELECT state, to_do FROM imports_import WHERE id = {import_id}")
        return found[0] if found else ("", "")

    def movies(self) -> int:
        return int(self.rows("catalog", "SELECT count(*) FROM catalog_movie")[0][0])

    def let_leases_run_out(self) -> None:
        """As half a minute does."""
        self.rows("default", "UPDATE imports_import SET leased_until = '2000-01-01' WHERE leased_until IS NOT NULL")


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
