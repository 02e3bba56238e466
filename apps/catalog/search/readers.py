"""Reading the index: what has been committed, by whichever process, is what the next search sees."""

import threading
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Open:
    index: tantivy.Index
    folder: Path
    seen: object  # the version it was opened, or reloaded, at


class _Reader:
    """One open index a process. That it has changed shows in two files, of which a look takes some microseconds.

    What is open, and as of when, is replaced as one, so that no thread takes what was open before for the next.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: _Open | None = None

    def version(self) -> object:
        """Another one after each commit and each swap."""
        return _version(self._open)

    def searcher(self) -> tantivy.Searcher:
        found = self._open
        if found is None or _version(found) != found.seen:
            with self._lock:
                found = self._opened()
        return found.index.searcher()

    def _opened(self) -> _Open:
        while True:
            pointed, folder = _stamp(files.pointer()), files.current()
            if folder is None:
                self._open = None
                raise NoIndex
            try:
                self._open = self._reloaded(folder, pointed)
            except ValueError as error:
                self._open = None
                if folder == files.current():  # else it has gone, and another one is in use
                    raise NoIndex from error
            else:
                return self._open

    def _reloaded(self, folder: Path, pointed: object) -> _Open:
        if self._open and folder == self._open.folder:
            index = self._open.index
        else:
            index = tantivy.Index.open(str(folder))
            index.config_reader("manual")
        seen = pointed, _stamp(folder / "meta.json")  # before the reload: what comes meanwhile shows the next time
        index.reload()
        return _Open(index, folder, seen)


def _version(found: _Open | None) -> object:
    return _stamp(files.pointer()), found and _stamp(found.folder / "meta.json")


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
