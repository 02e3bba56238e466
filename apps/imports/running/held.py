"""Having an import to oneself: by a lease that a thread renews, and that tells when it is over."""

import threading
import time
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Any

from django.db import DatabaseError, connections
from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from apps.imports.models import Import
from movieverse.leases import Holder

LEASE = timedelta(seconds=30)
HEARTBEAT = 5.0  # seconds


class Cancelled(Exception):
    """Somebody has asked for the import to end."""


class LeaseLost(Exception):
    """There is nothing more for this worker to do: another one may have the import, or all is done already."""


def close_lost_connections() -> None:
    """So that they are opened again. A transaction that is open is somebody else's, who has to learn of it."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def due() -> QuerySet[Import]:
    """Those that a worker has to do something about, and none is at."""
    free = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
    return Import.objects.exclude(to_do=Import.ToDo.NOTHING).filter(free)


def take(import_id: int) -> "Held | None":
    """Take an import that waits for a worker. None where there is nothing to do, or somebody else is at it."""
    held = Held(import_id, Holder().name)
    return held if held.take() else None


class Held:
    """What a worker writes about an import it has, and how it learns that it has it no more.

    Every write, and every look at `trouble`, raises Cancelled or LeaseLost from then on.
    """

    row: Import

    def __init__(self, import_id: int, holder: str) -> None:
        self.import_id, self.holder = import_id, holder
        self.trouble: type[Exception] | None = None
        self._troubled, self._ended = threading.Event(), threading.Event()
        self._turning = threading.Lock()  # while it is written that something else is to be done
        self._thread = threading.Thread(target=self._beat, name=f"lease of import {import_id}", daemon=True)

    def take(self) -> bool:
        lost = Case(When(leased_until=None, then=0), default=1)  # first: MySQL sets one column after the other
        mine = {"holder": self.holder, "leased_until": timezone.now() + LEASE}
        if not due().filter(pk=self.import_id).update(workers_lost=F("workers_lost") + lost, **mine):
            return False
        self.row = Import.objects.get(pk=self.import_id)
        self.to_do = self.row.to_do
        return True

    def __enter__(self) -> "Held":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Whatever is left to be done, another worker may begin with at once."""
        self._ended.set()
        self._thread.join()
        with suppress(DatabaseError):  # then the lease runs out
            self._mine().update(holder="", leased_until=None)

    def check(self) -> None:
        if self.trouble:
            raise self.trouble

    def wait(self, seconds: float) -> None:
        self._troubled.wait(seconds)
        self.check()

    def write(self, **fields: Any) -> None:
        """What is known of the import by now."""
        self.check()
        if not self._mine().filter(to_do=self.to_do).update(**fields):
            self._find_out_why(fields.get("to_do"))
            self.check()

    def give_back(self) -> None:
        """Another import comes first: when it is this one's turn, a worker begins with it anew."""
        self._mine().update(waiting_for=Import.TURN)

    def go_on_to(self, to_do: str, **fields: Any) -> None:
        """What was to be done is done, or is not to be done any more."""
        with self._turning:
            self.write(to_do=to_do, waiting_for="", **fields)
            self.to_do = to_do

    def turn_to_cleaning(self) -> None:
        """After a cancelling, which somebody else has written."""
        with self._turning:
            self.to_do, self.trouble = Import.ToDo.CLEAN, None
            self._troubled.clear()

    def _mine(self) -> QuerySet[Import]:
        return Import.objects.filter(pk=self.import_id, holder=self.holder)

    def _find_out_why(self, wanted: str | None = None) -> None:
        """What was to be done is no more. It may be as wanted already, by a write whose answer was lost."""
        to_do = self._mine().values_list("to_do", flat=True).first()
        if to_do is None or to_do not in (wanted, Import.ToDo.CLEAN):
            self._get_into(LeaseLost)
        elif to_do != wanted:
            self._get_into(Cancelled)

    def _get_into(self, trouble: type[Exception]) -> None:
        self.trouble = trouble
        self._troubled.set()

    def _beat(self) -> None:
        """In a thread of its own. A lease that could not be renewed in time may be another's by now."""
        renewed = time.monotonic()
        while not self._ended.wait(HEARTBEAT):
            close_lost_connections()
            asked = time.monotonic()
            with suppress(DatabaseError), self._turning:
                self._renew()
                renewed = asked
            if time.monotonic() > renewed + LEASE.total_seconds():
                self._get_into(LeaseLost)
        connections.close_all()

    def _renew(self) -> None:
        if not self._mine().update(leased_until=timezone.now() + LEASE):
            self._get_into(LeaseLost)
        elif not self._mine().filter(to_do=self.to_do).exists():
            self._find_out_why()
