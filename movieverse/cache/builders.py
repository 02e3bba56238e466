"""Of each answer one builder at a time: who else asks for it takes the old one, or waits for the new one."""

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from movieverse.cache.entries import Entry, Key
from movieverse.cache.levels import Level

LONGEST_WAIT = 10.0  # seconds, as long as another process's claim may stand
_LOOK_EVERY = 0.02  # seconds, where another process builds


class Found(NamedTuple):
    entry: Entry
    how: str  # what X-Cache says


class Builders:
    def __init__(self, level: Level) -> None:
        self.level = level
        self._lock = threading.Lock()
        self._at_work: dict[Key, threading.Event] = {}  # in this process

    def found(self, key: Key, build: Callable[[Any], Entry]) -> Found:
        """The answer that is kept, else what is built now, by `build` of the level's mark or by somebody else."""
        entry = self.level.find(key)
        if entry and not is_stale(entry):
            return Found(entry, "hit")
        mark = self.level.mark()
        if mark is None:  # what is built cannot be kept: there is nothing to wait for
            return Found(build(mark), "miss")
        if self._claim(key):
            try:
                return self._built_meanwhile(key) or Found(build(mark), "miss")
            finally:
                self._release(key)
        if entry:
            return Found(entry, "stale")
        return self._awaited(key) or Found(build(self.level.mark()), "miss")

    def _claim(self, key: Key) -> bool:
        with self._lock:
            if key in self._at_work:
                return False
            self._at_work[key] = threading.Event()
        is_ours = False
        try:
            is_ours = self.level.claim(key)
        finally:
            if not is_ours:
                self._at_work.pop(key).set()
        return is_ours

    def _release(self, key: Key) -> None:
        try:
            self.level.release(key)
        finally:
            self._at_work.pop(key).set()

    def _built_meanwhile(self, key: Key) -> Found | None:
        """Between our look and our claim."""
        entry = self.level.find(key)
        return Found(entry, "hit") if entry and not is_stale(entry) else None

    def _awaited(self, key: Key) -> Found | None:
        """None where it takes too long, or nothing that can be kept has come of it.

        Whoever is at it here is waited for, then whoever has a claim, which may be why that one gave up, and no other:
        of what cannot be kept there is always another one.
        """
        deadline = time.monotonic() + LONGEST_WAIT
        if here := self._at_work.get(key):
            here.wait(LONGEST_WAIT)
        claimant = self.level.claimant(key)
        while True:
            is_over = claimant is None or claimant != self.level.claimant(key) or time.monotonic() > deadline
            if entry := self.level.find(key):
                return Found(entry, "hit")
            if is_over:
                return None
            time.sleep(_LOOK_EVERY)


def is_stale(entry: Entry) -> bool:
    return entry.age() > entry.fresh
