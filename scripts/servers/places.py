"""Where a clone keeps its servers, as whom they run and on which ports they listen."""

import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from .errors import ServerError

CLONE = Path(__file__).resolve().parents[2]
FOLDER = CLONE / "var" / "servers"
OUTSIDE = Path("/var/lib") / f"movieverse-{hashlib.sha256(bytes(CLONE)).hexdigest()[:12]}"

# Debian keeps these off the PATH of ordinary users.
SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin"]


def account() -> dict[str, Any]:
    """The keywords that make subprocess drop root, which initdb and the servers refuse to run as."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def home() -> Path:
    """The folder of all data: in the clone, or outside where the servers could not reach it."""
    # Data once outside stays there, also when the clone has become reachable since.
    return FOLDER / "data" if reachable(FOLDER) and not OUTSIDE.exists() else OUTSIDE


def reachable(path: Path) -> bool:
    return subprocess.run(["test", "-x", path], cwd="/", check=False, **account()).returncode == 0


def own(path: Path) -> None:
    """Give what root has made to the account that the servers run as."""
    if who := account():
        os.chown(path, who["user"], who["group"])


def find(program: str) -> Path | None:
    folders = [os.environ.get("PATH", os.defpath), *_postgresql_folders(), *SYSTEM_FOLDERS]
    found = shutil.which(program, path=os.pathsep.join(folders))
    return Path(found) if found else None


def need(program: str, advice: str) -> Path:
    if found := find(program):
        return found
    raise ServerError(f"`{program}` is missing: {advice}")


def _postgresql_folders() -> list[str]:
    """Debian puts each major version into a folder of its own; the newest goes first."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    return [str(path) for path in sorted(versions, key=lambda path: -int(path.parent.name))]


def choose_port(kept: int, ports: range) -> int:
    if kept and is_free(kept):
        return kept
    candidates = secrets.SystemRandom().sample(ports, len(ports))
    return next(port for port in candidates if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Connections of an earlier run that linger in TIME_WAIT do not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
