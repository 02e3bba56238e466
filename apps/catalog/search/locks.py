"""Who of a machine's processes is at work on the index. The system takes a lock back from whoever dies with it."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from apps.catalog.search import files


class Busy(Exception):
    """Another process does it, and one at a time should."""

    def __init__(self, holder: str, doing: str) -> None:
        self.holder = holder
        super().__init__(f"Another process ({holder}) {doing}.")


@contextmanager
def following() -> Iterator[None]:
    """Raises Busy."""
    with _lock("following.lock", "keeps the search index up"):
        yield


@contextmanager
def making() -> Iterator[None]:
    """Raises Busy."""
    with _lock("making.lock", "makes the search index anew"):
        yield


def follower() -> str:
    """Which process keeps the index up; empty where none does."""
    try:
        with following():
            return ""
    except Busy as busy:
        return busy.holder


@contextmanager
def _lock(name: str, doing: str) -> Iterator[None]:
    files.home().mkdir(parents=True, exist_ok=True)
    with (files.home() / name).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Busy(file.read(), doing) from None
        file.truncate(0)
        file.write(f"pid {os.getpid()} on {socket.gethostname()}")
        file.flush()
        yield
