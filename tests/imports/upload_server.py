"""A web server as `manage.py serve` runs it, which can be killed and comes back at its address."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from django.conf import settings

from movieverse.management.commands.serve import commands
from tests.cache.test_processes import PREPARE
from tests.faults.conftest import eventually
from tests.test_commands import CLEAN


class Server:
    def __init__(self, folder: Path, **more: str) -> None:
        (folder / "static").mkdir()
        own = {"VAR_DIR": str(folder), "SECRET_KEY": "uploads", "LOG_LEVEL": "ERROR", "RATE_LIMIT_WRITES": "100000"}
        self.environment = os.environ | CLEAN | own | {"PYTHONPATH": str(settings.BASE_DIR), "UPLOADS_DIR": ""} | more
        self.folder = folder / "uploads"
        self.token = self._prepared()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/api/v1/uploads/"
        self.headers = {"X-Session-Token": self.token, "Tus-Resumable": "1.0.0"}

    def _prepared(self) -> str:
        prepare = [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", PREPARE]
        made = subprocess.run(
            prepare, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return made.stdout.split()[-2]

    def command(self) -> list[str]:
        return commands("127.0.0.1", self.port, 1)["web"]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(), cwd=settings.BASE_DIR, env=self.environment, start_new_session=True
        )
        probe = f"http://127.0.0.1:{self.port}/livez"
        eventually(lambda: requests.get(probe, timeout=5).status_code == 200, seconds=30)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def create(self, length: int, **headers: str) -> str:
        """Its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        made = requests.post(self.address, headers=self.headers | {"Upload-Length": str(length)} | named, timeout=10)
        assert made.status_code == 201, made.text
        return made.headers["Location"]

    def offset(self, url: str) -> int:
        return int(requests.head(url, headers=self.headers, timeout=10).headers["Upload-Offset"])

    def patch(self, url: str, offset: int, data: Any, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        said = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return requests.patch(url, data=data, headers=self.headers | said | named, timeout=60)

    def file(self, url: str) -> Path:
        """Where the bytes of an upload lie."""
        (found,) = self.folder.glob(f"*/{url.rstrip('/').rpartition('/')[2]}")
        return found

    def written(self, url: str) -> int:
        """How many bytes lie there, whether they count yet or not."""
        return sum(path.stat().st_size for path in self.folder.glob(f"*/{url.rstrip('/').rpartition('/')[2]}"))

    def patching(self, url: str, offset: int, length: int, **headers: str) -> socket.socket:
        """A connection that has promised so many bytes, and sent none yet."""
        sent = self.headers | {"Host": f"127.0.0.1:{self.port}", "Content-Type": "application/offset+octet-stream"}
        sent |= {"Upload-Offset": str(offset), "Content-Length": str(length)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        lines = [f"PATCH {requests.utils.urlparse(url).path} HTTP/1.1", *(f"{name}: {sent[name]}" for name in sent)]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection


@contextmanager
def serving(folder: Path, **more: str) -> Iterator[Server]:
    server = Server(folder, **more)
    server.start()
    try:
        yield server
    finally:
        server.kill()
