"""How often ready-made answers were given, and the time that has saved: counted here, written every few seconds."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping

from django.db import DatabaseError, connections
from django.db.models import F
from django.utils import timezone

from movieverse.models import CacheUse

WRITE_EVERY = 5  # seconds
COUNTED_AS = {"hit": "hits", "stale": "stale", "miss": "misses", "bypass": "bypasses"}

Uses = defaultdict[str, defaultdict[str, float]]  # by name and column

logger = logging.getLogger(__name__)


class Statistics:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.uses = _none()
        self._written_at = time.monotonic()

    def count(self, name: str, how: str, build_seconds: float, seconds: float) -> None:
        """An answer that takes so long to build was given so after so many seconds."""
        with self._lock:
            uses = self.uses[name]
            uses[COUNTED_AS[how]] += 1
            if how in ("hit", "stale"):
                uses["saved_seconds"] += build_seconds - seconds
            else:
                uses["built"] += 1
                uses["build_seconds"] += build_seconds
            now = time.monotonic()
            if now < self._written_at + WRITE_EVERY:
                return
            self._written_at = now
        # Nobody's answer waits for it.
        threading.Thread(target=self._write_and_leave, name="cache statistics", daemon=True).start()

    def write(self) -> None:
        """What cannot be written now is kept for the next time."""
        with self._lock:
            uses, self.uses = self.uses, _none()
        try:
            for name in list(uses):
                _add(name, uses[name])
                del uses[name]
        except DatabaseError as error:
            logger.warning("What ready-made answers have saved is written later: %s", error)
            with self._lock:
                for name, counts in uses.items():
                    for field, count in counts.items():
                        self.uses[name][field] += count

    def _write_and_leave(self) -> None:
        try:
            self.write()
        finally:
            connections.close_all()  # they belong to this thread, which ends now


def _none() -> Uses:
    return defaultdict(lambda: defaultdict(float))


statistics = Statistics()


def _add(name: str, counts: Mapping[str, float]) -> None:
    CacheUse.objects.get_or_create(name=name, defaults={"since": timezone.now()})
    CacheUse.objects.filter(pk=name).update(**{field: F(field) + more for field, more in counts.items()})
