"""One namespace: its tree, the journal that keeps it and the streams that follow it."""

import fcntl
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import tree
from .errors import CannotStart, Refused
from .indexes import Indexes
from .journal import Journal
from .queries import Query
from .rules import Rules
from .streams import Backlog, QueryStream, Stream
from .values import DEEPEST, resolve

NAMESPACE = re.compile(r"[a-z0-9_-]{1,100}")
DEFAULT = "default"


class Changed(Exception):
    """What is stored is not what the client took it for."""

    def __init__(self, current: Any) -> None:
        super().__init__()
        self.current = current


class Database:
    """All that touches the tree happens under one lock; nothing that leaves it shares anything with it."""

    def __init__(self, journal: Journal, root: tree.Node = None) -> None:
        self.journal, self.root = journal, root
        self.lock = threading.Lock()
        self.indexes = Indexes()
        self.streams: set[Stream] = set()

    def read(self, path: tree.Path) -> Any:
        with self.lock:
            return tree.export(tree.find(self.root, path))

    def outline(self, path: tree.Path) -> Any:
        """The children, with true in place of those that are objects."""
        with self.lock:
            node = tree.find(self.root, path)
            if not isinstance(node, dict):
                return node
            return {key: True if isinstance(child, dict) else child for key, child in node.items()}

    def query(self, path: tree.Path, query: Query) -> Any:
        with self.lock:
            node = tree.find(self.root, path)
            if not isinstance(node, dict):
                return None
            keys = self.indexes.select(self.root, path, query)
            return tree.as_array({key: tree.export(node[key]) for key in keys})

    def put(self, path: tree.Path, value: Any, if_match: str | None = None) -> Any:
        """Returns what is stored now. Changed, if that was not of the etag to match."""
        with self.lock:
            if if_match is not None:
                current = tree.export(tree.find(self.root, path))
                if tree.etag(current) != if_match:
                    raise Changed(current)
            node = self._resolved(path, value, _now())
            self._commit(path, {path: node}, "put")
            return tree.export(node)

    def patch(self, path: tree.Path, values: dict[tree.Path, Any]) -> dict[tree.Path, Any]:
        """Write below the path: all or, if one value is refused, nothing."""
        with self.lock:
            now = _now()
            changes = {(*path, *below): self._resolved((*path, *below), value, now) for below, value in values.items()}
            self._commit(path, changes, "patch")
            return {below: tree.export(node) for below, node in zip(values, changes.values(), strict=True)}

    def _resolved(self, path: tree.Path, value: Any, now: int) -> tree.Node:
        if len(path) > DEEPEST:
            raise Refused(f"Invalid path; deeper than {DEEPEST} levels.")
        return resolve(value, tree.find(self.root, path), DEEPEST - len(path), now)

    def _commit(self, base: tree.Path, changes: dict[tree.Path, tree.Node], kind: str) -> None:
        if not changes:
            return
        self.journal.append(changes)
        for path, node in changes.items():
            self.root = tree.replace(self.root, path, node)
            self.indexes.follow(self.root, path)
        self.streams = {stream for stream in self.streams if stream.follow(self.root, base, changes, kind)}

    @contextmanager
    def listening(self, path: tree.Path, query: Query | None) -> Iterator[Backlog]:
        with self.lock:
            stream = QueryStream(path, query, self.root, self.indexes) if query else Stream(path, self.root)
            self.streams.add(stream)
        try:
            yield stream.backlog
        finally:
            with self.lock:
                self.streams.discard(stream)


def _now() -> int:
    return time.time_ns() // 1_000_000


class Databases:
    """The namespaces of one folder."""

    def __init__(self, folder: Path, rules: Rules, *, fsync: bool = False) -> None:
        self.folder, self.rules, self.fsync = folder, rules, fsync
        self.lock = threading.Lock()
        self.opened: dict[str, Database] = {}
        try:
            self._take_folder()
            self._restore()
        except OSError as error:
            raise CannotStart(f"{folder} cannot hold the data: {error.strerror}.") from None

    def _take_folder(self) -> None:
        """For as long as the process lives."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.lock_file = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"{self.folder} is in use by another emulator.") from None

    def _restore(self) -> None:
        for file in sorted(self.folder.glob("*.journal")):
            journal = Journal(file, fsync=self.fsync)
            self.opened[file.stem] = Database(journal, journal.restored())

    def named(self, name: str) -> Database:
        """Names are parts of host names, so their case does not matter."""
        name = name.lower()
        if not NAMESPACE.fullmatch(name):
            raise Refused("Invalid namespace in ?ns=: it takes 1 to 100 letters, digits, - and _")
        with self.lock:
            if name not in self.opened:
                self.opened[name] = Database(Journal(self.folder / f"{name}.journal", fsync=self.fsync))
            return self.opened[name]

    def close(self) -> None:
        """Let the writes that have begun come to their end, and no other begin."""
        for database in list(self.opened.values()):
            database.lock.acquire()
            database.journal.close()
