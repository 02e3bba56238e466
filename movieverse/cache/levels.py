"""Where answers are kept: in Redis and each process, embedded in the process alone, or nowhere."""

from collections.abc import Collection
from functools import cache
from typing import Any, Protocol

from django.conf import settings

from movieverse.cache.entries import Entry, Key


class Level(Protocol):
    def recall(self, key: Key) -> Entry | None:
        """A valid answer that is at hand, at the cost of no round trip."""

    def find(self, key: Key) -> Entry | None:
        """A valid answer, wherever it is kept."""

    def mark(self) -> Any:
        """As of when an answer is that is begun now; None if it cannot be kept."""

    def keep(self, key: Key, entry: Entry) -> None: ...

    def claim(self, key: Key) -> bool:
        """Whether no other process builds this answer; from now on this one does."""

    def release(self, key: Key) -> None: ...

    def claimant(self, key: Key) -> object:
        """Which claim there is, whosever it is; None if there is none that other processes know of."""

    def touch(self, tags: Collection[str]) -> object: ...

    def erase(self, tags: Collection[str]) -> None:
        """As `touch`, and then no answer that shows any of this is kept anywhere. Raises StoreUnavailable."""

    def clear(self) -> bool:
        """Let nothing that is kept be given again, by no process. False where they cannot be told now."""


def is_possible() -> bool:
    return bool(settings.REDIS_URL) or _are_files()


def _are_files() -> bool:
    return all(store["ENGINE"] == "movieverse.engines.sqlite" for store in settings.DATABASES.values())


@cache
def current() -> Level | None:
    """This process's."""
    if settings.REDIS_URL:
        from movieverse.cache.shared import SharedLevel

        return SharedLevel()
    if _are_files():
        from movieverse.cache.embedded import EmbeddedLevel

        return EmbeddedLevel()
    return None


def erase(tags: Collection[str]) -> None:
    """Keep no answer that shows any of this. Raises StoreUnavailable where they cannot be deleted now."""
    if level := current():
        level.erase(tags)


def touch(tags: Collection[str]) -> None:
    """Let no answer that shows any of this be given again. Where Redis is away that is made up for later."""
    level = current()
    if level and tags:
        level.touch(tags)
