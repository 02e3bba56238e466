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

_versions: dict[str, Callable[[], object]] = {}


def register_version(kind: str, version: Callable[[], object]) -> None:
    """Let answers with tags of a kind depend on this: it is derived from the stores, but lies elsewhere."""
    _versions[kind] = version


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
            versions = {alias: self._version(alias) for alias in settings.DATABASES}
        except sqlite3.Error:
            return None  # a store is not there yet
        return versions | {kind: version() for kind, version in _versions.items()}

    def keep(self, key: Key, entry: Entry) -> None:
        """It depends on the stores of what it shows; what lies in no store may come from any."""
        kinds = {kind_of(tag) for tag in entry.tags - {EVERYTHING}}
        sources = {kind if kind in _versions else self._stores.get(kind) for kind in kinds}
        needed = {name: version for name, version in entry.mark.items() if None in sources or name in sources}
        self.memory.put(key, replace(entry, mark=needed), self.memory.generation)

    def claim(self, key: Key) -> bool:
        return True

    def release(self, key: Key) -> None:
        pass

    def claimant(self, key: Key) -> None:
        return None

    def touch(self, tags: Collection[str]) -> None:
        """The commit itself has said so."""

    def erase(self, tags: Collection[str]) -> None:
        """Other processes have theirs in memory, and give none of them again."""
        self.memory.drop(tags)

    def clear(self) -> bool:
        """By commits that change nothing that anybody reads."""
        for alias in settings.DATABASES:
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA user_version = 0")
        return True

    def _is_valid(self, entry: Entry) -> bool:
        try:
            return all(self._version(name) == version for name, version in entry.mark.items())
        except sqlite3.Error:
            return False

    def _version(self, name: str) -> object:
        if name in _versions:
            return _versions[name]()
        watcher = self._watchers.get(name) or self._watch(name)
        return watcher.version()

    def _watch(self, alias: str) -> Watcher:
        with self._lock:
            if alias not in self._watchers:
                self._watchers[alias] = Watcher(str(connections[alias].settings_dict["NAME"]))
            return self._watchers[alias]
