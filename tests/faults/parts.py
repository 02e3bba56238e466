"""MovieVerse's processes, as an installation that matters runs them, and the means to take a relay away."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from movieverse.outbox.relay import LEASE
from tests.faults.conftest import Site, eventually
from tests.faults.holdings import relay_at_work

LOG = "log"  # in VAR_DIR: what all of them say
TAKEN_OVER = 2 * LEASE.total_seconds()


class Parts:
    """Two web servers, two relays and a scheduler."""

    def __init__(self, environment: dict[str, str], log: IO[bytes]) -> None:
        self.environment, self.log = environment, log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.site = Site(f"http://127.0.0.1:{port}")
        web = ["-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", "8"]
        self.relays = [self._start("manage.py", "relay") for _ in range(2)]
        self.others = [self._start("manage.py", "scheduler"), self._start(*web, "movieverse.wsgi:application")]

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=self.environment, stdout=self.log, stderr=self.log
        )

    def ended(self) -> list[object]:
        """Those that have ended by themselves, which none should."""
        return [process.args for process in (*self.relays, *self.others) if process.poll() is not None]

    def stop(self) -> None:
        for process in (*self.relays, *self.others):
            process.terminate()
        try:
            for process in (*self.relays, *self.others):
                process.wait(10)
        finally:
            for process in (*self.relays, *self.others):
                process.kill()

    @contextmanager
    def relay_taken_away(self, number: signal.Signals) -> Iterator[None]:
        """The one that is at work, until another one has taken over and the block has ended."""
        eventually(lambda: self._at_work() is not None, TAKEN_OVER)
        relay = self._at_work()
        relay.send_signal(number)
        try:
            yield
            eventually(lambda: relay_at_work(self.environment) not in (None, relay.pid), TAKEN_OVER)
        finally:
            if number == signal.SIGSTOP:
                relay.send_signal(signal.SIGCONT)
            else:
                relay.wait()
                self.relays[self.relays.index(relay)] = self._start("manage.py", "relay")

    def _at_work(self) -> subprocess.Popen[bytes] | None:
        pid = relay_at_work(self.environment)
        return next((relay for relay in self.relays if relay.pid == pid), None)


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Parts]:
    with (Path(environment["VAR_DIR"]) / LOG).open("ab") as log:
        parts = Parts(environment, log)
        try:
            eventually(parts.site.ready, seconds=30)
            yield parts
        finally:
            parts.stop()
