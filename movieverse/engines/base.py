"""What every engine of ours adds to Django's: errors that name the store, a ping, transactions."""

import select
from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

from movieverse.exceptions import StoreUnavailable
from movieverse.stores import STORES


class StoreErrorWrapper(DatabaseErrorWrapper):
    """Raises StoreUnavailable where the driver says that the server is away."""

    wrapper: Any

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        if exc_value is not None and self.wrapper.is_unavailable(exc_value):
            self.wrapper.errors_occurred = True
            raise self.wrapper.unavailable(exc_value) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


class StoreMixin:
    """For a DatabaseWrapper. An engine adds `is_unavailable` and, where it can happen, `is_transient`."""

    alias: str
    in_store_atomic = False
    store_atomic_failed = False

    @cached_property
    def wrap_database_errors(self) -> StoreErrorWrapper:
        return StoreErrorWrapper(self)

    def is_unavailable(self, error: Exception) -> bool:
        raise NotImplementedError

    def is_transient(self, error: Exception) -> bool:
        return False

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

    It costs no round trip, and unlike a query it cannot hang on a frozen server.
    """

    connection: Any

    def is_usable(self) -> bool:
        try:
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN)
            return not poll.poll(0)
        except (AttributeError, OSError, ValueError, self.Database.Error):  # type: ignore[attr-defined]
            return False
