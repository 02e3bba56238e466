"""Nobody waits for a store that somebody in this process has just found away.

Who finds it away begins an outage: one thread asks the store for an answer until there is one, and everybody else who
needs the store is refused at once. So a server that is dead or frozen costs those who were already waiting for it, and
one that is back serves again within a second or so.
"""

import os
import time
from threading import Event, Thread
from typing import Any

from django.db import connections

from movieverse.exceptions import StoreUnavailable

PROBE_EVERY = 1  # second
FIRST_PROBE = 0.2  # seconds that others give it, so that a query which merely was too slow fails nobody else's

_outages: dict[str, "Outage"] = {}


class Outage(Thread):
    """The time from an error to the next answer, and the thread that waits for it."""

    def __init__(self, alias: str, reason: object) -> None:
        super().__init__(name=f"outage of {alias}", daemon=True)
        self.alias, self.reason = alias, reason
        self.certain_at = time.monotonic() + FIRST_PROBE
        self._over = Event()

    def run(self) -> None:
        try:
            while _outages.get(self.alias) is self and not _answers(self.alias):
                time.sleep(PROBE_EVERY)
        finally:
            self.end()

    def end(self) -> None:
        if _outages.get(self.alias) is self:
            del _outages[self.alias]
        self._over.set()

    def lasts(self) -> bool:
        """After the first probe's time; nobody waits for a later one."""
        return not self._over.wait(max(0.0, self.certain_at - time.monotonic()))


def current(alias: str) -> Outage | None:
    outage = _outages.get(alias)
    return outage if outage and outage.lasts() else None


def begin(alias: str, reason: object) -> None:
    """Unless there is one already."""
    outage = Outage(alias, reason)
    if _outages.setdefault(alias, outage) is not outage:
        return
    try:
        outage.start()
    except RuntimeError:  # no thread is to be had: everybody finds out by themselves
        outage.end()


def _answers(alias: str) -> bool:
    """Asked by a connection of its own, which is not refused. A server that says no is there, too."""
    connection: Any = connections.create_connection(alias)
    connection.probes = True
    try:
        connection.ping()
    except StoreUnavailable as error:
        return bool(connection.is_refusal(error.__cause__))
    finally:
        connection.close()
    return True


def forget() -> None:
    _outages.clear()


# A child has none of its parent's threads. It finds out by itself.
os.register_at_fork(after_in_child=forget)
