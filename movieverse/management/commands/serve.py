"""The whole of MovieVerse on one machine: migrated, seeded if empty, and served until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from movieverse.processes import as_keyboard_interrupt

START_SECONDS = 60
STOP_SECONDS = 10
MOST_WORKERS = 4  # unless more are asked for


class Command(BaseCommand):
    help = "Migrates, seeds an empty catalogue with the demo set, and runs web, streams, workers and search."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.SERVE_HOST)
        parser.add_argument("--port", type=int, default=settings.SERVE_PORT)
        about_workers = "Processes for ordinary requests, %(default)s here unless told."
        parser.add_argument("--workers", type=int, default=usual_workers(), help=about_workers)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = _address(options["host"]), options["port"]
        if not 0 < port < 65_535:
            raise CommandError(f"Port {port} cannot be used, or not the one after it. Choose another: PORT=8000")
        for number in (port, port + 1):
            _require_free(host, number)
        call_command("migrate_all", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("seed", "demo", if_empty=True, verbosity=options["verbosity"])
        for ending in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, as_keyboard_interrupt)
        processes: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in commands(host, port, options["workers"]).items():
                processes[name] = _start(command, port)
            self._wait_until_served(host, port, processes)
            self._welcome(port)
            raise CommandError(f"{_first_to_end(processes)}; the log above may say why. The others are stopped.")
        except KeyboardInterrupt:
            self.stderr.write("Stopping.")
        finally:
            _stop(list(processes.values()))

    def _wait_until_served(self, host: str, port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(host, port):
            if time.monotonic() > deadline or any(process.poll() is not None for process in processes.values()):
                raise CommandError("The web server did not start; the log above says why.")
            time.sleep(0.1)

    def _welcome(self, port: int) -> None:
        site = f"http://localhost:{port}"
        for name, path in (
            ("API", "/api/v1/"),
            ("API docs", "/api/docs/"),
            ("Admin", "/admin/"),
            ("Ready?", "/readyz"),
        ):
            self.stdout.write(f"{name:>9}  {site}{path}")
        call_command("curator", stdout=self.stdout)
        self.stdout.write("Ctrl-C ends it all.")
        self.stdout.flush()


def _address(host: str) -> str:
    try:
        return str(ip_address("127.0.0.1" if host == "localhost" else host))
    except ValueError:
        raise CommandError(f"HOST={host!r} is not an IP address, such as 127.0.0.1 or 0.0.0.0 for all.") from None


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            advice = f"MovieVerse takes two, PORT and the next. Choose another: PORT={port + 100}"
            raise CommandError(f"Port {port} cannot be used ({error.strerror}). {advice}") from None


def usual_workers() -> int:
    """One a core, each of which is kept busy by a single process. Without Redis one: two would count for themselves."""
    return min(os.cpu_count() or 1, MOST_WORKERS) if settings.REDIS_URL else 1


def commands(host: str, port: int, workers: int) -> dict[str, list[str]]:
    """What starts each part, by its name."""
    granian = [sys.executable, "-m", "granian", "--host", host, "--no-ws", "--log-level", "error"]
    threads = ["--workers", str(workers), "--blocking-threads", "8"]
    hasty = ["--workers-kill-timeout", "1"]  # seconds; a stream would never end by itself
    parts = {
        "web": [*granian, "--port", str(port), "--interface", "wsgi", *threads, "movieverse.wsgi:application"],
        "streams": [*granian, "--port", str(port + 1), "--interface", "asginl", *hasty, "movieverse.asgi:application"],
        "worker": [sys.executable, "manage.py", "worker", "--queue", "default"],
        "imports": [sys.executable, "manage.py", "worker", "--queue", "imports"],
        "scheduler": [sys.executable, "manage.py", "scheduler"],
        "search": [sys.executable, "manage.py", "search", "follow"],
    }
    return parts if settings.RELAY_INLINE else parts | {"relay": [sys.executable, "manage.py", "relay"]}


def _start(command: list[str], port: int) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C in the terminal reaches this process alone, which ends the others."""
    own = {"SECRET_KEY": settings.SECRET_KEY, "DEBUG": str(settings.DEBUG)}
    public = os.environ.get("PUBLIC_URL") or f"http://localhost:{port}"
    found_at = {"PUBLIC_URL": public, "STREAMS_URL": os.environ.get("STREAMS_URL") or _streams_url(public, port)}
    environment = os.environ | own | found_at
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)  # noqa: S603


def _streams_url(public: str, port: int) -> str:
    """The next port, if the site is reached at its own. A proxy before it has to know of the streams by itself."""
    site = urlsplit(public)
    return f"http://{site.hostname}:{port + 1}" if (site.scheme, site.port) == ("http", port) else ""


def _answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  not bound to
    address = f"[{reachable}]" if ":" in reachable else reachable
    try:
        with urllib.request.urlopen(f"http://{address}:{port}/livez", timeout=2):
            return True
    except OSError:
        return False


def _first_to_end(processes: dict[str, subprocess.Popen[bytes]]) -> str:
    """Wait for it. Which part it was, and how it has ended."""
    while True:
        for name, process in processes.items():
            if (status := process.poll()) is not None:
                how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
                return f"{name} {how}"
        time.sleep(0.5)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
