"""The answers that a process has at hand."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from threading import Lock

from movieverse.cache.entries import Entry, Key

MOST_BYTES = 32 * 1024 * 1024


class Memory:
    """Those asked for last, up to so many bytes.

    Between reading an answer elsewhere and putting it here, somebody may drop what it shows. `put` takes the
    `generation` of before the reading, and refuses an answer that may have been dropped meanwhile.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.generation = 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._keys: defaultdict[str, set[Key]] = defaultdict(set)  # by tag
        self._lock = Lock()

    def get(self, key: Key) -> Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.age() > entry.kept:
                self._remove(key)
                return None
            self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry, generation: int) -> None:
        with self._lock:
            if generation != self.generation or entry.size > self.most_bytes:
                return
            self._remove(key)
            self._entries[key] = entry
            self.bytes += entry.size
            for tag in entry.tags:
                self._keys[tag].add(key)
            while self.bytes > self.most_bytes:
                self._remove(next(iter(self._entries)))

    def drop(self, tags: Iterable[str]) -> None:
        with self._lock:
            self.generation += 1
            for key in {key for tag in tags for key in self._keys.get(tag, ())}:
                self._remove(key)

    def clear(self) -> None:
        with self._lock:
            self.generation += 1
            self._entries.clear()
            self._keys.clear()
            self.bytes = 0

    def _remove(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.size
        for tag in entry.tags:
            keys = self._keys[tag]
            keys.discard(key)
            if not keys:
                del self._keys[tag]
