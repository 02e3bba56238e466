"""Leases: of several processes one at a time does something, and another one when that has died.

They keep work from being done twice, mostly. Who is frozen for longer than its lease does not know that it has lost
it, so nothing may depend on a lease to be right. They lie in the accounts store.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import Error, IntegrityError, connections
from django.db.models import Q
from django.utils import timezone

from movieverse.outbox.models import Lease


class Holder:
    """One who may hold leases: a run of a process. Leaving its block gives them back.

    It remembers for half of a lease that it has it, and for a tenth that somebody else does: who polls asks seldom.
    """

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:50]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
        self._known: dict[str, tuple[bool, float]] = {}  # {name: whether it is ours, until when to believe that}

    def __enter__(self) -> "Holder":
        return self

    def __exit__(self, *exc_info: object) -> None:
        with suppress(Error):  # then they run out
            for name in [name for name, (is_ours, _) in self._known.items() if is_ours]:
                self.release(name)

    def take(self, name: str, duration: timedelta) -> bool:
        """Take a lease that nobody holds, or hold one's own for longer. False if somebody else has it."""
        is_ours, until = self._known.get(name, (False, 0.0))
        if time.monotonic() >= until:
            asked = time.monotonic()
            is_ours = self._take(name, duration)
            self._known[name] = is_ours, asked + duration.total_seconds() / (2 if is_ours else 10)
        return is_ours

    @contextmanager
    def keep(self, name: str, duration: timedelta) -> Iterator[bool]:
        """Whether it has the lease. If so a thread holds it until the block ends."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(duration.total_seconds() / 4):
                with suppress(Error):  # then the next time
                    self._take(name, duration)
            connections.close_all()

        if not self._take(name, duration):
            yield False
            return
        thread = threading.Thread(target=renew, name=f"lease {name}", daemon=True)
        thread.start()
        try:
            yield True
        finally:
            ended.set()
            thread.join()
            with suppress(Error):  # then it runs out
                self.release(name)

    def _take(self, name: str, duration: timedelta) -> bool:
        now = timezone.now()
        free = Q(holder=self.name) | Q(until__lt=now)
        if Lease.objects.filter(free, pk=name).update(holder=self.name, until=now + duration):
            return True
        try:
            _, is_new = Lease.objects.get_or_create(pk=name, defaults={"holder": self.name, "until": now + duration})
        except IntegrityError:
            return False
        return is_new

    def release(self, name: str) -> None:
        self._known.pop(name, None)
        Lease.objects.filter(pk=name, holder=self.name).update(until=timezone.now())
