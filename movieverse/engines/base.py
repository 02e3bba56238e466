"""What every engine of ours adds to Django's: errors that name the store, no waiting for one that is away, a ping."""

import select
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from movieverse.engines import breaker
from movieverse.exceptions import StoreUnavailable
from movieverse.stores import STORES


class StoreErrorWrapper(DatabaseErrorWrapper):
    """Raises StoreUnavailable where the driver says that the server is away."""

    wrapper: Any

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if exc_value is not None and self.wrapper.is_unavailable(exc_value):
            self.wrapper.errors_occurred = self.wrapper.is_lost = True
            raise self.wrapper.found_away(exc_value) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


class StoreMixin:
    """For a DatabaseWrapper. An engine adds `is_unavailable` and, where it can happen, `is_refusal`, `is_transient`.

    In an outage nothing begins, neither a connection nor a query nor a transaction. What has begun may end.
    """

    alias: str
    speaks_sql = True
    merges_ranges = False  # of an index, that an OR names, in their order
    probes = False  # it is the breaker's own
    is_lost = False
    in_store_atomic = False
    store_atomic_failed = False

    @cached_property
    def wrap_database_errors(self) -> StoreErrorWrapper:
        return StoreErrorWrapper(self)

    def is_unavailable(self, error: Exception) -> bool:
        raise NotImplementedError

    def is_refusal(self, error: BaseException | None) -> bool:
        """Of an error that means unavailable: whether the server has said so itself, which costs nobody time."""
        return False

    def is_transient(self, error: Exception) -> bool:
        return False

    def found_away(self, error: Exception) -> StoreUnavailable:
        """What to raise for the driver's error. Nobody else has to find out by waiting."""
        if not self.probes and not self.is_refusal(error):
            breaker.begin(self.alias, error)
        return self.unavailable(error)

    def refuse_in_outage(self) -> None:
        if not self.probes and (outage := breaker.current(self.alias)):
            raise self.unavailable(f"nor did it a moment ago: {outage.reason}")

    def connect(self) -> None:
        self.refuse_in_outage()
        self.is_lost = False
        try:
            super().connect()  # type: ignore[misc]
        except Exception:
            self.close()  # type: ignore[attr-defined]  # half made, it would be used as if it were whole
            raise

    def _cursor(self, name: Any = None) -> Any:
        self.refuse_in_outage()
        return super()._cursor(name)  # type: ignore[misc]

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        if not autocommit:  # a transaction begins, on MySQL by a round trip
            self.refuse_in_outage()
        elif self.connection is None:  # type: ignore[attr-defined]
            return  # Django would connect to say so; and a new connection begins with that
        super().set_autocommit(autocommit, *args, **kwargs)  # type: ignore[misc]

    def execute_later(self, sql: str, values: Sequence[Any]) -> None:
        """Execute, at the latest at the transaction's end, what nobody waits for the answer of."""
        with self.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(sql, values)

    def finish_what_is_left(self) -> None:
        """What a process that was killed has half done, on an engine where that can be."""

    def leave_no_traces(self) -> None:
        """See that what was deleted is in no file of ours any more. What a server keeps of it is the server's."""

    def unavailable(self, reason: object) -> StoreUnavailable:
        store = STORES.get(self.alias)
        return StoreUnavailable(self.alias, store.variable if store else "DATABASES", reason)

    def ping(self) -> None:
        """Ask the server for an answer; raise StoreUnavailable if there is none in time."""
        with self.cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute("SELECT 1")

    def in_others_transaction(self) -> bool:
        """Whether a caller's own transaction is open, which stays broken after a failure inside it."""
        return self.in_atomic_block  # type: ignore[attr-defined,no-any-return]

    def store_transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic(using=self.alias)


class SocketHealthMixin:
    """Judges a kept connection by its socket: an idle one is readable only when the server closed it.

    It costs no round trip, and unlike a query it cannot hang on a frozen server. One that was lost has no socket any
    more: MySQL's client still tells its number, which may be another's by now.
    """

    connection: Any
    is_lost: bool

    def is_usable(self) -> bool:
        if self.is_lost:
            return False
        try:
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN)
            return not poll.poll(0)
        except (AttributeError, OSError, ValueError, self.Database.Error):  # type: ignore[attr-defined]
            return False
