"""MongoDB: the catalogue. One node, but a replica set: only that has transactions and change streams."""

import os
import shutil
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from . import places
from .errors import ServerError
from .server import Server

ADVICE = "install MongoDB 6 or newer, or on Linux x86-64 `pip install -r requirements-servers.txt`"

IS_PRIMARY = b"\x08isWritablePrimary\0\x01"
ALREADY_INITIALIZED = 23
NOT_A_MEMBER = 93


class MongoDB(Server):
    name = "mongodb"
    title = "MongoDB"
    variable = "CATALOG_DATABASE_URL"
    ports = range(23000, 24000)

    def command(self) -> list[Any]:
        return [
            self.program(),
            f"--dbpath={self.data}",
            "--bind_ip=127.0.0.1",
            f"--port={self.record.port}",
            "--nounixsocket",
            "--replSet=rs0",
            "--oplogSize=1024",
            "--wiredTigerCacheSizeGB=1",
            "--setParameter=diagnosticDataCollectionEnabled=false",
            "--setParameter=transactionLifetimeLimitSeconds=20",
            # A primary would wait 15 seconds for a successor that does not exist.
            "--setParameter=shutdownTimeoutMillisForSignaledShutdown=100",
        ]

    def program(self) -> Path:
        found = places.find("mongod") or packaged_mongod()
        if not found:
            raise ServerError(f"`mongod` is missing: {ADVICE}")
        return found if places.reachable(found) else self.copy_of(found)

    def copy_of(self, program: Path) -> Path:
        """For a virtual environment in a folder that the servers' account cannot enter."""
        copy = self.folder / "mongod"
        if not copy.exists() or copy.stat().st_mtime != program.stat().st_mtime:
            self.make_folder(self.folder)
            shutil.copy2(program, copy)
            places.own(copy)
        return copy

    def create(self, data: Path) -> None:
        """It fills an empty folder itself."""

    def is_ready(self) -> bool:
        if IS_PRIMARY in self.command_admin({"hello": 1}):
            return True
        if error_code(self.command_admin({"replSetInitiate": self.members()})) == ALREADY_INITIALIZED:
            self.follow_the_port()
        return False

    def follow_the_port(self) -> None:
        """A set remembers its members' ports; one that had to move does not know itself any more."""
        if error_code(self.command_admin({"replSetGetStatus": 1})) == NOT_A_MEMBER:
            self.command_admin({"replSetReconfig": {**self.members(), "version": 1}, "force": True})

    def members(self) -> dict[str, Any]:
        return {"_id": "rs0", "members": [{"_id": 0, "host": self.address}]}

    def command_admin(self, command: dict[str, Any]) -> bytes:
        return self.ask(message({**command, "$db": "admin"}))

    def explanation(self, log: str) -> str:
        """Only errors, where there are any: the frames of its stack stand behind them."""
        errors = [line for line in log.splitlines() if '"s":"E"' in line or '"s":"F"' in line]
        return "\n".join(errors) or log

    def url(self) -> str:
        return f"mongodb://{self.address}/movieverse?replicaSet=rs0"


def packaged_mongod() -> Path | None:
    """The one in the PyPI package, found without importing it."""
    package = find_spec("fiftyone")
    folders = package.submodule_search_locations if package else None
    programs = [Path(folder, "db", "bin", "mongod") for folder in folders or []]
    return next((program for program in programs if os.access(program, os.X_OK)), None)


# As much of MongoDB's protocol as the commands above need, since pymongo may not be installed.


def message(command: dict[str, Any]) -> bytes:
    body = struct.pack("<ix", 0) + document(command)
    return struct.pack("<iiii", 16 + len(body), 1, 0, 2013) + body


def document(values: dict[str, Any]) -> bytes:
    body = b"".join(element(name.encode() + b"\0", value) for name, value in values.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def element(name: bytes, value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x08" + name + struct.pack("<?", value)
    if isinstance(value, int):
        return b"\x10" + name + struct.pack("<i", value)
    if isinstance(value, str):
        return b"\x02" + name + struct.pack("<i", len(value.encode()) + 1) + value.encode() + b"\0"
    if isinstance(value, list):
        return b"\x04" + name + document({str(index): item for index, item in enumerate(value)})
    return b"\x03" + name + document(value)


def error_code(answer: bytes) -> int | None:
    _, found, rest = answer.partition(b"\x10code\0")
    return struct.unpack("<i", rest[:4])[0] if found else None
