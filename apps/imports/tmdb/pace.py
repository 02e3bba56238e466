"""When the next request may be sent, for all threads together."""

import threading
import time


class Stopped(Exception):
    """Nothing is sent any more."""


class Pace:
    """At most so many requests a second, evenly; and none at all while the other side has asked to be left alone."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = self._held_until = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def wait(self) -> None:
        """Until it is this thread's turn. Raises Stopped."""
        while (seconds := self._take_turn()) > 0:
            self.pause(seconds)
        self.pause(0)

    def hold(self, seconds: float) -> None:
        """Nobody's turn comes before that, whoever waits already."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)

    def pause(self, seconds: float) -> None:
        """Of one thread. Raises Stopped."""
        if self._stopped.wait(seconds):
            raise Stopped

    def stop(self) -> None:
        self._stopped.set()

    def _take_turn(self) -> float:
        """0, or the seconds until somebody may ask again."""
        with self._lock:
            now = time.monotonic()
            free = max(self._next, self._held_until)
            if now < free:
                return free - now
            self._next = now + self._gap
            return 0
