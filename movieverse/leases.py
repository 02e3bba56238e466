"""Leases: of several processes one at a time does something, and another one when that has died.

They keep work from being done twice, mostly. Who is frozen for longer than its lease does not know that it has lost
it, so nothing may depend on a lease to be right. They lie in the accounts store.
"""

import os
import socket
import uuid
from datetime import timedelta

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from movieverse.outbox.models import Lease


class Holder:
    """One who may hold leases: a run of a process."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:50]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"

    def take(self, name: str, duration: timedelta) -> bool:
        """Take a lease that nobody holds, or hold one's own for longer. False if somebody else has it."""
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
        Lease.objects.filter(pk=name, holder=self.name).update(until=timezone.now())
