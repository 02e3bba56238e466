"""PostgreSQL with a deadline: psycopg2 alone waits for ever behind a frozen connection."""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.conf import settings
from django.db.backends.postgresql import base
from psycopg2 import errorcodes, extensions

from movieverse.engines.base import SocketHealthMixin, StoreMixin

_CONNECTION_CLASSES = {
    errorcodes.CLASS_CONNECTION_EXCEPTION,
    errorcodes.CLASS_INVALID_AUTHORIZATION_SPECIFICATION,
    errorcodes.CLASS_INVALID_CATALOG_NAME,
    errorcodes.CLASS_OPERATOR_INTERVENTION,
}
_TRANSIENT = {errorcodes.SERIALIZATION_FAILURE, errorcodes.DEADLOCK_DETECTED}
_EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


_patience = threading.local()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """For a block whose statements take long: so long this thread waits for an answer. Not within another one."""
    _patience.seconds = seconds
    try:
        yield
    finally:
        del _patience.seconds


def wait_with_deadline(connection: Any) -> None:
    """psycopg2's wait callback. When it raises, psycopg2 closes the connection."""
    seconds = getattr(_patience, "seconds", settings.STORE_TIMEOUT)
    deadline = time.monotonic() + seconds
    while (state := connection.poll()) != extensions.POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), _EVENTS[state])
        remaining = deadline - time.monotonic()
        if remaining <= 0 or not poll.poll(remaining * 1000):
            raise psycopg2.OperationalError(f"no answer within {seconds:g} s")


extensions.set_wait_callback(wait_with_deadline)
_lock, _copying = threading.Lock(), 0


@contextmanager
def without_deadline() -> Iterator[None]:
    """For a block that copies, which psycopg2 does not do while there is a wait callback.

    That is the whole process's: only workers come here.
    """
    global _copying
    with _lock:
        _copying += 1
        extensions.set_wait_callback(None)
    try:
        yield
    finally:
        with _lock:
            _copying -= 1
            if not _copying:
                extensions.set_wait_callback(wait_with_deadline)


class DatabaseWrapper(StoreMixin, SocketHealthMixin, base.DatabaseWrapper):
    def is_unavailable(self, error: Exception) -> bool:
        if not isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
            return False
        return error.pgcode is None or error.pgcode[:2] in _CONNECTION_CLASSES

    def is_refusal(self, error: BaseException | None) -> bool:
        """A connection that cannot be made has no code; the server's own reason follows the word FATAL."""
        return getattr(error, "pgcode", None) is not None or "FATAL:" in str(error)

    def is_transient(self, error: Exception) -> bool:
        return getattr(error.__cause__, "pgcode", None) in _TRANSIENT
