"""Event streams: what a listener is told of the writes at, above and below its place."""

import json
import threading
from collections import deque
from typing import Any

from .indexes import Indexes
from .queries import Query
from .tree import Node, Path, as_array, export, find

LARGEST_BACKLOG = 8 << 20  # bytes that wait for a slow reader
KEEP_ALIVE = b"event: keep-alive\ndata: null\n\n"


class Backlog:
    """Events on their way to one reader. Writers never wait for it: who is too far behind has to connect again."""

    def __init__(self) -> None:
        self.events: deque[bytes] = deque()
        self.size = 0
        self.is_abandoned = False
        self.changed = threading.Condition()

    def put(self, event: bytes) -> bool:
        """False: the reader is given up."""
        with self.changed:
            self.changed.notify()
            if self.events and self.size + len(event) > LARGEST_BACKLOG:
                self.is_abandoned = True
                return False
            self.events.append(event)
            self.size += len(event)
            return True

    def get(self, patience: float) -> bytes:
        """The next event; a keep-alive when there is none for so many seconds. EOFError once given up."""
        with self.changed:
            self.changed.wait_for(lambda: self.events or self.is_abandoned, patience)
            if self.is_abandoned:
                raise EOFError
            if not self.events:
                return KEEP_ALIVE
            event = self.events.popleft()
            self.size -= len(event)
            return event


class Stream:
    """A listener to all that is at a place."""

    def __init__(self, path: Path, root: Node) -> None:
        self.path = path
        self.backlog = Backlog()
        self.start(root)

    def start(self, root: Node) -> bool:
        return self.tell("put", (), export(find(root, self.path)))

    def tell(self, kind: str, path: Path, data: Any) -> bool:
        content = json.dumps({"path": "/" + "/".join(path), "data": data}, ensure_ascii=False, separators=(",", ":"))
        return self.backlog.put(f"event: {kind}\ndata: {content}\n\n".encode())

    def follow(self, root: Node, base: Path, changes: dict[Path, Node], kind: str) -> bool:
        """After one write, a `put` or a `patch` made at the base. False: its reader is given up."""
        if any(self.path[: len(path)] == path for path in changes):
            return self.start(root)
        depth = len(self.path)
        if below := {path: value for path, value in changes.items() if path[:depth] == self.path}:
            return self.follow_below(root, base, below, kind)
        return True

    def follow_below(self, root: Node, base: Path, changes: dict[Path, Node], kind: str) -> bool:
        place = max(base, self.path, key=len)
        data: Any = {"/".join(path[len(place) :]): export(value) for path, value in changes.items()}
        return self.tell(kind, place[len(self.path) :], data if kind == "patch" else data[""])


class QueryStream(Stream):
    """A listener to the children that a query is for: its window. Each that was or is in it is told of as a whole."""

    def __init__(self, path: Path, query: Query, root: Node, indexes: Indexes) -> None:
        self.query, self.indexes = query, indexes
        super().__init__(path, root)

    def start(self, root: Node) -> bool:
        self.window = self._selected(root)
        children = self._children(root)
        return self.tell("put", (), as_array({key: export(children[key]) for key in self.window}) or None)

    def follow_below(self, root: Node, base: Path, changes: dict[Path, Node], kind: str) -> bool:
        children, before = self._children(root), self.window
        touched = {path[len(self.path)] for path in changes}
        if self.query.is_limited:  # a child may push out, or let in, another
            self.window = self._selected(root)
        else:
            entered = {key for key in touched if key in children and self.query.admits(key, children[key])}
            self.window = (before - touched) | entered
        told = touched & (before | self.window) | (before ^ self.window)
        return all(self.tell("put", (key,), export(children[key]) if key in self.window else None) for key in told)

    def _children(self, root: Node) -> dict[str, Node]:
        node = find(root, self.path)
        return node if isinstance(node, dict) else {}

    def _selected(self, root: Node) -> set[str]:
        return set(self.indexes.select(root, self.path, self.query))
