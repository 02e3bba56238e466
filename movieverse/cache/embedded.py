"""The level of an installation whose stores are SQLite files: an answer is valid until somebody commits to its stores.

SQLite says so itself: `PRAGMA data_version` of a connection changes with every commit of any other, in any process.
"""

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections

from movieverse.cache.entries import Entry, Key
from movieverse.cache.memory import Memory
from movieverse.cache.tags import EVERYTHING, kind_of
from movieverse.outbox.stores import outboxes

_versions: list[Callable[[], object]] = []


def register_version(version: Callable[[], object]) -> Callable[[], object]:
    """Let every answer also depend on this: what is derived from the stores, but lies elsewhere."""
    _versions.append(version)
    return version


class Watcher:
    """Knows whether a store is as it was."""

    def __init__(self, name: str) -> None:
        self._lock = Lock()
        # Not to be made by who only looks. Tests have theirs in memory, already named so.
        address = name if name.startswith("file:") else f"file:{quote(name)}?mode=rw"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
        self._cursor = connection.cursor()

    def version(self) -> int:
        with self._lock:
            version: int = self._cursor.execute("PRAGMA data_version").fetchone()[0]
            return version


class EmbeddedLevel:
    def __init__(self) -> None:
        self.memory = Memory()
        self._watchers: dict[str, Watcher] = {}
        self._lock = Lock()
        self._stores = {kind: alias for alias, events in outboxes().items() for kind in events.KINDS}

    def recall(self, key: Key) -> Entry | None:
        entry = self.memory.get(key)
        return entry if entry and self._is_valid(entry) else None

    find = recall

    def mark(self) -> Any:
        try:
            return {alias: self._version(alias) for alias in settings.DATABASES}, _registered()
        except sqlite3.Error:
            return None  # a store is not there yet

    def keep(self, key: Key, entry: Entry) -> None:
        """It depends on the stores of what it shows; what lies in no store may come from any."""
        stores = {self._stores.get(kind_of(tag)) for tag in entry.tags - {EVERYTHING}}
        versions, registered = entry.mark
        needed = {alias: version for alias, version in versions.items() if None in stores or alias in stores}
        self.memory.put(key, replace(entry, mark=(needed, registered)), self.memory.generation)

    def claim(self, key: Key) -> bool:
        return True

    def release(self, key: Key) -> None:
        pass

    def is_claimed(self, key: Key) -> bool:
        return False

    def touch(self, tags: Collection[str]) -> None:
        """The commit itself has said so."""

    def clear(self) -> None:
        """By commits that change nothing that anybody reads."""
        for alias in settings.DATABASES:
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA user_version = 0")

    def _is_valid(self, entry: Entry) -> bool:
        versions, registered = entry.mark
        try:
            unchanged = all(self._version(alias) == version for alias, version in versions.items())
        except sqlite3.Error:
            return False
        return unchanged and registered == _registered()

    def _version(self, alias: str) -> int:
        watcher = self._watchers.get(alias) or self._watch(alias)
        return watcher.version()

    def _watch(self, alias: str) -> Watcher:
        with self._lock:
            if alias not in self._watchers:
                self._watchers[alias] = Watcher(str(connections[alias].settings_dict["NAME"]))
            return self._watchers[alias]


def _registered() -> list[object]:
    return [version() for version in _versions]
