"""Firebase's Realtime Database: profiles. MovieVerse's own emulator of it, which needs nothing but Python."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import places
from .errors import ServerError
from .server import Server

EMULATOR = places.CLONE / "movieverse" / "engines" / "firebase" / "emulator"
ADVICE = "install Python 3.11 or newer where every account may run it (Debian: apt-get install python3)"


class Firebase(Server):
    name = "firebase"
    title = "Firebase emulator"
    variable = "PROFILES_DATABASE_URL"
    ports = range(25000, 26000)

    def command(self) -> list[Any]:
        # `env` becomes the emulator: it keeps the pid that we know.
        run = ["env", f"PYTHONPATH={self.folder}", python(), "-m", EMULATOR.name]
        return [*run, "--port", self.record.port, "--data", self.data]

    def prepare(self) -> None:
        super().prepare()
        self.copy_emulator()

    def copy_emulator(self) -> None:
        """The servers' account may not be able to enter the clone."""
        copy = self.folder / EMULATOR.name
        shutil.rmtree(copy, ignore_errors=True)
        self.make_folder(copy)
        for file in EMULATOR.glob("*.py"):
            places.own(Path(shutil.copy(file, copy)))

    def create(self, data: Path) -> None:
        """It fills an empty folder itself."""

    def is_ready(self) -> bool:
        return self.ask(b"GET /.json?shallow=true HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200 ")

    def url(self) -> str:
        return "firebase://movieverse.firebaseio.com/movieverse"

    def environment(self) -> dict[str, str]:
        """Also where to turn to instead of Google."""
        return {**super().environment(), "FIREBASE_DATABASE_EMULATOR_HOST": self.address}


def python() -> Path:
    """This one, or the system's where the servers' account cannot run it."""
    candidates = [Path(sys.executable).resolve(), Path("/usr/bin/python3"), Path("/usr/local/bin/python3")]
    found = next((program for program in candidates if places.reachable(program) and is_recent(program)), None)
    if not found:
        raise ServerError(f"`python3` is missing: {ADVICE}")
    return found


def is_recent(program: Path) -> bool:
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([program, "-c", check], cwd="/", check=False, **places.account()).returncode == 0
