"""What all servers share: a folder, a port, a life. Each kind of server says how it differs."""

import shutil
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, NoReturn

from . import places, processes
from .errors import ServerError
from .record import Record

ANSWERS_WITHIN = 120  # seconds; recovery after a kill can take most of them


class Server(ABC):
    name: str  # its key in state.json and its folder
    title: str
    variable: str  # the setting that holds its URL
    ports: range  # below the ports the system hands out, clear of every standard one
    ends_by = signal.SIGTERM

    def __init__(self, home: Path, account: dict[str, Any]) -> None:
        self.account = account
        self.folder = home / self.name
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.record_path = home / f"{self.name}.json"
        self.record = Record.load(self.record_path)

    @abstractmethod
    def command(self) -> list[Any]:
        """The daemon in the foreground; raises ServerError where a program is missing."""

    @abstractmethod
    def create(self, data: Path) -> None:
        """Fill a new data folder."""

    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def is_ready(self) -> bool: ...

    def environment(self) -> dict[str, str]:
        """The settings that have MovieVerse use it."""
        return {self.variable: self.url()}

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.record.port}"

    @property
    def state(self) -> str:
        found = processes.inspect(self.record.pid)
        if not found or found[1] != self.record.birth:
            return "stopped"
        return "frozen" if found[0] in "Tt" else "running"

    def start(self) -> None:
        """Leave a server that runs alone; bring any other up on the port that it had."""
        if self.state == "stopped":
            self.launch()
        else:
            processes.thaw(self.record.pid)
        self.wait_until_ready()

    def launch(self) -> None:
        self.record.port = places.choose_port(self.record.port, self.ports)
        command = self.command()
        self.prepare()
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".old"))
        self.record.pid = processes.spawn(command, self.data, self.log, self.account)
        found = processes.inspect(self.record.pid)
        self.record.birth = found[1] if found else ""
        self.record.save(self.record_path)

    def prepare(self) -> None:
        """Make the data folder, as a whole or not at all."""
        self.make_folder(self.folder)
        self.record.save(self.record_path)
        if self.data.exists():
            return
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.make_folder(unfinished)
        self.create(unfinished)
        unfinished.replace(self.data)

    def make_folder(self, path: Path) -> None:
        path.mkdir(mode=0o700, exist_ok=True)
        places.own(path)

    def wait_until_ready(self) -> None:
        def settled() -> bool:
            return self.state == "stopped" or self.is_ready()

        if not processes.wait_until(settled, ANSWERS_WITHIN):
            self.fail(f"does not answer on {self.address}")
        if self.state == "stopped":
            self.fail("did not start")

    def fail(self, what: str) -> NoReturn:
        told = self.explanation(self.log.read_text(errors="replace"))
        raise ServerError(f"{self.title} {what}; the end of {self.log}:\n{processes.tail(told)}")

    def explanation(self, log: str) -> str:
        return log

    def stop(self) -> str:
        if self.state == "stopped":
            return "was not running"
        asked = processes.end(self.record.pid, self.ends_by)
        return "stopped" if asked else "had to be killed"

    def run(self, *command: object, given: str = "") -> None:
        """A program that prepares the data; as the account that will serve them."""
        done = subprocess.run(
            [str(part) for part in command],
            input=given,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=processes.ENVIRONMENT,
            **self.account,
        )
        if done.returncode:
            raise ServerError(f"{self.title}: `{command[0]}` failed:\n{processes.tail(done.stdout)}")

    def ask(self, question: bytes = b"") -> bytes:
        """The first bytes of the server's answer; none while it does not listen."""
        try:
            with socket.create_connection(("127.0.0.1", self.record.port), timeout=2) as connection:
                connection.sendall(question)
                return connection.recv(4096)
        except OSError:
            return b""
