"""django-mongodb-backend with queries that indexes can serve, and transactions that can be trusted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError
from django_mongodb_backend import base, introspection
from pymongo import ReturnDocument, WriteConcern, timeout
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from movieverse.engines.base import StoreMixin
from movieverse.exceptions import StoreUnavailable

from .operations import DatabaseOperations

ROLLBACK_SECONDS = 0.5
_NUMBERS = "movieverse_numbers"  # the last one of each SequenceField

_AWAY = (
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)
_REFUSED = {13, 18}  # Unauthorized, AuthenticationFailed


def _iexact(field: str, value: str) -> dict[str, Any]:
    return {field: {"$regex": f"^{re.escape(value)}$", "$options": "i"}}


class DatabaseIntrospection(introspection.DatabaseIntrospection):
    connection: "DatabaseWrapper"

    def table_names(self, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.naming_the_store():
            return super().table_names(*args, **kwargs)  # type: ignore[no-any-return]


class DatabaseWrapper(StoreMixin, base.DatabaseWrapper):
    speaks_sql = False
    merges_ranges = True
    ops_class = DatabaseOperations
    introspection_class = DatabaseIntrospection
    # The backend's own iexact takes the value for a regular expression.
    mongo_operators = base.DatabaseWrapper.mongo_operators | {"iexact": _iexact}

    def is_unavailable(self, error: Exception) -> bool:
        if isinstance(error, OperationFailure) and error.code in _REFUSED:
            return True
        return isinstance(error, _AWAY) and not self.is_transient(error)

    def is_refusal(self, error: BaseException | None) -> bool:
        return isinstance(error, OperationFailure | ConfigurationError)

    def is_transient(self, error: Exception) -> bool:
        """Not where it took all the time there is: that server is away, whatever the label says."""
        source = error if isinstance(error, PyMongoError) else error.__cause__
        if not isinstance(source, PyMongoError):
            return False
        return source.has_error_label("TransientTransactionError") and not source.timeout

    @contextmanager
    def naming_the_store(self) -> Iterator[None]:
        """Raise StoreUnavailable in an outage, and for pymongo's errors, raw or wrapped, that mean one."""
        self.refuse_in_outage()
        try:
            yield
        except StoreUnavailable:
            raise
        except (PyMongoError, DatabaseError) as error:
            source = error if isinstance(error, PyMongoError) else error.__cause__
            if isinstance(source, Exception) and self.is_unavailable(source):
                raise self.found_away(source) from source
            raise

    def connect(self) -> None:
        with self.naming_the_store():
            super().connect()

    def get_database_version(self) -> tuple[int, ...]:
        with self.naming_the_store():
            return super().get_database_version()  # type: ignore[no-any-return]

    def ping(self) -> None:
        with self.naming_the_store():
            self.database.command("ping")

    def next_numbers(self, name: str, count: int) -> range:
        """Count on, outside of any transaction: one that is rolled back leaves a gap, as on other engines.

        A transaction is kept with all that was written before it, so none outlives the numbers it has taken.
        """
        numbers = self.database.get_collection(_NUMBERS, write_concern=WriteConcern(1))
        with self.naming_the_store():
            row = numbers.find_one_and_update(
                {"_id": name}, {"$inc": {"value": count}}, upsert=True, return_document=ReturnDocument.AFTER
            )
        return range(row["value"] - count + 1, row["value"] + 1)

    def in_others_transaction(self) -> bool:
        return False  # Django's atomic() does nothing here

    @contextmanager
    def _outside_djangos_atomic(self) -> Iterator[None]:
        """Django's atomic(), as the admin puts it around its writes, does nothing here but forbid a commit."""
        outer: bool = self.in_atomic_block  # type: ignore[has-type]
        self.in_atomic_block = False
        try:
            yield
        finally:
            self.in_atomic_block = outer

    @contextmanager
    def store_transaction(self) -> Iterator[None]:
        with self.naming_the_store(), self._outside_djangos_atomic():
            self.start_transaction_mongo()
            self.in_atomic_block_mongo = True
            try:
                yield
                self.in_atomic_block_mongo = False
                self._commit_store_transaction()
            finally:
                self.in_atomic_block_mongo = False
                if self.session:
                    self._abandon()

    def _commit_store_transaction(self) -> None:
        try:
            self.commit_mongo()
        except PyMongoError as error:
            raise DatabaseError(str(error)) from error

    def _abandon(self) -> None:
        """Roll back. Who waited for a server that is away does not wait for it again: it forgets by itself."""
        with timeout(ROLLBACK_SECONDS):
            self._end_session()
        self.run_on_commit.clear()
