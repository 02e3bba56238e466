"""Start, stop or show this clone's servers."""

import argparse
import fcntl
import json
import shlex
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from . import debian, places
from .errors import ServerError
from .firebase import Firebase
from .mariadb import MariaDB
from .mongodb import MongoDB
from .postgresql import PostgreSQL
from .record import write_private
from .redis import Redis
from .server import Server

KINDS: list[type[Server]] = [PostgreSQL, MariaDB, MongoDB, Redis, Firebase]
ENV = places.FOLDER / "env"
STATE = places.FOLDER / "state.json"


def start() -> bool:
    installed = attempt(install)
    places.home().mkdir(mode=0o711, exist_ok=True)
    servers = all_servers()
    with ThreadPoolExecutor() as pool:
        ready = list(pool.map(lambda server: attempt(server.start), servers))
    running = [server for server, is_ready in zip(servers, ready, strict=True) if is_ready]
    publish(running)
    for server in running:
        print(f"{server.title} is ready on {server.address}")
    if running:
        print(f"Their URLs: {ENV}")
    return installed and all(ready)


def install() -> None:
    if packages := debian.missing():
        print(f"Installing {' '.join(packages)} …", flush=True)
        debian.install(packages)


def attempt(step: Callable[[], None]) -> bool:
    try:
        step()
    except (ServerError, OSError) as problem:
        print(problem, file=sys.stderr, flush=True)
        return False
    return True


def publish(running: list[Server]) -> None:
    """For shells, and for tests that freeze a server by its pid."""
    settings = [setting for server in running for setting in server.environment().items()]
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in settings]
    lines.append(f"VAR_DIR={shlex.quote(str(places.FOLDER / 'site'))}\n")  # not that of the embedded installation
    write_private(ENV, "".join(lines))
    state = {
        server.name: {"pid": server.record.pid, "port": server.record.port, "data": str(server.data)}
        for server in running
    }
    write_private(STATE, json.dumps(state, indent=2) + "\n")


def stop() -> bool:
    servers = all_servers()
    with ThreadPoolExecutor() as pool:
        outcomes = list(pool.map(Server.stop, servers))
    for server, outcome in zip(servers, outcomes, strict=True):
        print(f"{server.title} {outcome}")
    ENV.unlink(missing_ok=True)
    STATE.unlink(missing_ok=True)
    return True


def status() -> bool:
    servers = all_servers()
    for server in servers:
        where = f" on {server.address}, pid {server.record.pid}" if server.state != "stopped" else ""
        print(f"{server.title} {server.state}{where}, data in {server.data}")
    return all(server.state == "running" for server in servers)


def all_servers() -> list[Server]:
    home, account = places.home(), places.account()
    return [kind(home, account) for kind in KINDS]


@contextmanager
def only_one() -> Iterator[None]:
    """Two commands at once would start each server twice."""
    places.FOLDER.mkdir(parents=True, exist_ok=True)
    with (places.FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    commands = {"start": start, "stop": stop, "status": status}
    parser = argparse.ArgumentParser(prog="python -m scripts.servers", description=__doc__)
    parser.add_argument("command", choices=commands)
    chosen = commands[parser.parse_args().command]
    try:
        with only_one():
            return 0 if chosen() else 1
    except OSError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
