"""Reading the index: what has been committed, by whichever process, is what the next search sees."""

import threading
from pathlib import Path

import tantivy

from apps.catalog.search import files
from movieverse.cache.embedded import register_version
from movieverse.exceptions import DomainError

TAG = "search"  # of ready-made answers that show what the index says


class NoIndex(DomainError):
    """It is being made, or nobody makes it."""

    status, code = 503, "search-unavailable"
    detail = "The search index is still being made. Try again in a moment."
    wait = 2  # seconds


class _Reader:
    """One open index a process. That it has changed shows in two files, of which a look takes some microseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._index: tantivy.Index | None = None
        self._seen: object = None

    def version(self) -> object:
        """Another one after each commit and each swap."""
        return _stamp(files.pointer()), self._folder and _stamp(self._folder / "meta.json")

    def searcher(self) -> tantivy.Searcher:
        index = self._index
        if index is None or self.version() != self._seen:
            with self._lock:
                index = self._opened()
        return index.searcher()

    def _opened(self) -> tantivy.Index:
        while True:
            pointed, folder = _stamp(files.pointer()), files.current()
            if folder is None:
                self._index = self._folder = None
                raise NoIndex
            try:
                self._index = self._reloaded(folder, pointed)
            except ValueError as error:
                self._index = self._folder = None
                if folder == files.current():  # else it has gone, and another one is in use
                    raise NoIndex from error
            else:
                return self._index

    def _reloaded(self, folder: Path, pointed: object) -> tantivy.Index:
        index = self._index
        if index is None or folder != self._folder:
            index = tantivy.Index.open(str(folder))
            index.config_reader("manual")
        seen = pointed, _stamp(folder / "meta.json")  # before the reload: what comes meanwhile shows the next time
        index.reload()
        self._folder, self._seen = folder, seen
        return index


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


reader = _Reader()
register_version(TAG, reader.version)


def searcher() -> tantivy.Searcher:
    """As of the last commit. Raises NoIndex."""
    return reader.searcher()
