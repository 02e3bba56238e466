"""The relay: takes events out of the outboxes, has them handled, and gives them positions in the change log.

Several may run. A lease on each outbox keeps them out of each other's way; nothing depends on it: handlers may be
called twice, and an event gets one position.
"""

import logging
import math
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone

from movieverse.cache import levels
from movieverse.cache.tags import touched_by
from movieverse.exceptions import StoreUnavailable
from movieverse.leases import Holder
from movieverse.outbox.changes import append
from movieverse.outbox.handling import HANDLERS, Handler
from movieverse.outbox.models import Event
from movieverse.outbox.stores import outboxes
from movieverse.processes import warn_of_absence

BATCH = 500
LEASE = timedelta(seconds=10)
MOST_ATTEMPTS = 10  # within nine minutes: each wait is twice the one before
LONGEST_ERROR = 2_000  # characters

logger = logging.getLogger(__name__)


def relay_all(holder: Holder | None = None, *, seconds: float = math.inf) -> int:
    """Go once through every outbox within reach, with a holder those that nobody else is at.

    Each pass ends after so many seconds, but not before it has got anywhere. Returns how many events are done.
    """
    return sum(_relay_in_reach(alias, holder, seconds) for alias in outboxes())


def relay_after_commit(alias: str) -> None:
    """For the process that has just committed: what is not done now is done by whoever relays next."""
    try:
        relay(alias)
    except DatabaseError as error:
        logger.warning("The changes of %s are relayed later: %s", alias, error)


def _relay_in_reach(alias: str, holder: Holder | None, seconds: float) -> int:
    connection: Any = connections[alias]
    try:
        connection.finish_what_is_left()
        return relay(alias, holder, seconds=seconds)
    except StoreUnavailable as error:
        warn_of_absence(error)
        return 0


def relay(alias: str, holder: Holder | None = None, *, seconds: float = math.inf) -> int:
    """Go once through an outbox, as long as the holder has its lease, and so many seconds unless it gets nowhere.

    Returns how many events are done.
    """
    one_pass, done, end = _Pass(alias), 0, time.monotonic() + seconds
    # Only who has found something asks for the lease: an idle relay writes nothing.
    while (events := one_pass.next_batch()) and (holder is None or holder.take(f"relay {alias}", LEASE)):
        done += one_pass.apply(events)
        if (done or one_pass.failed) and time.monotonic() > end:  # else it would never get past those that wait
            break
    return done


class _Pass:
    """Once through what an outbox holds when it begins: what comes meanwhile is the next one's.

    Until its end it remembers which rows' events wait, for an earlier one does, and which handlers have met a store
    that is away: they would wait for it each time.
    """

    def __init__(self, alias: str) -> None:
        self.alias, self.model = alias, outboxes()[alias]
        self.last, self.end = 0, self.model.pending.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.waiting: set[tuple[str, int]] = set()
        self.without_store: dict[Handler, StoreUnavailable] = {}
        self.failed = 0

    def next_batch(self) -> list[Event]:
        if self.last >= self.end:
            return []
        # A dead letter lets those after it pass: they bring about what it should have.
        events = list(self.model.pending.filter(pk__gt=self.last, pk__lte=self.end).order_by("pk")[:BATCH])
        self.last = events[-1].pk if events else self.end
        return events

    def apply(self, events: Sequence[Event]) -> int:
        """In their order: runs of events that have the same handlers are handed over together."""
        done: list[Event] = []
        for (kind, action), run in groupby(events, key=lambda event: (event.kind, event.action)):
            done += self._handled([event for event in run if not self._waits(event)], HANDLERS.get((kind, action), []))
        levels.touch(touched_by(event.aggregate for event in done))  # once more: now the other stores know, too
        append(self.alias, [event for event in done if event.is_logged])
        self.model.objects.filter(pk__in=[event.pk for event in done]).delete()
        return len(done)

    def _waits(self, event: Event) -> bool:
        if event.due_at and event.due_at > timezone.now():
            self.waiting.add(event.aggregate)
        return event.aggregate in self.waiting

    def _handled(self, events: list[Event], handlers: Sequence[Handler]) -> list[Event]:
        """Those of the events that all handlers have taken."""
        if not events:
            return []
        try:
            for handler in handlers:
                self._hand_over(events, handler)
        except StoreUnavailable:  # which is not the events' fault
            self.waiting.update(event.aggregate for event in events)
            return []
        except Exception as error:  # noqa: BLE001  whatever it is, the others' events go on
            return self._one_by_one(events, handlers, error)
        return events

    def _hand_over(self, events: Sequence[Event], handler: Handler) -> None:
        if handler in self.without_store:
            raise self.without_store[handler]
        try:
            handler(events)
        except StoreUnavailable as error:
            warn_of_absence(error)
            self.without_store[handler] = error
            raise

    def _one_by_one(self, events: list[Event], handlers: Sequence[Handler], error: Exception) -> list[Event]:
        if len(events) == 1:
            self._note_failure(events[0], error)
            return []
        return [done for event in events if not self._waits(event) for done in self._handled([event], handlers)]

    def _note_failure(self, event: Event, error: Exception) -> None:
        self.waiting.add(event.aggregate)
        self.failed += 1
        event.attempts += 1
        now = timezone.now()
        noted = {
            "attempts": event.attempts,
            "error": f"{type(error).__name__}: {error}".replace("\0", "")[:LONGEST_ERROR],
            "due_at": now + timedelta(seconds=2 ** (event.attempts - 1)),
            "dead_at": now if event.attempts >= MOST_ATTEMPTS else None,
        }
        if noted["dead_at"] and event.is_logged:  # the change was made: who follows the log has to know
            append(self.alias, [event])
        self.model.objects.filter(pk=event.pk).update(**noted)  # if it is there: somebody else may have done it
        outcome = "is a dead letter now" if noted["dead_at"] else f"is tried again at {noted['due_at']:%H:%M:%S}"
        logger.error("%s event %s (%s) failed and %s.", self.alias, event.pk, event, outcome, exc_info=error)
