from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db.backends.mysql import base, operations
from MySQLdb import Error, InterfaceError, OperationalError, connections, cursors
from MySQLdb.constants import CR, ER

from movieverse.engines.base import SocketHealthMixin, StoreMixin

# Errors of the client library (2xxx) all mean the connection; by these the server itself refuses one.
_REFUSED = {
    ER.CON_COUNT_ERROR,
    ER.SERVER_SHUTDOWN,
    ER.ACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
    ER.BAD_DB_ERROR,
    ER.BAD_HOST_ERROR,
    ER.HOST_IS_BLOCKED,
}
# Our columns compare by code points, so what ignores case says so, as on PostgreSQL.
_IGNORING_CASE = ("iexact", "icontains", "istartswith", "iendswith")
_BEGIN = b"START TRANSACTION"
_TRANSIENT = {ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT}


class DatabaseOperations(operations.DatabaseOperations):
    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        cast = super().lookup_cast(lookup_type, internal_type)
        return f"UPPER({cast})" if lookup_type in _IGNORING_CASE else cast


class Cursor(cursors.Cursor):
    def close(self) -> None:
        """Django closes it after an error, too: what then cannot be read for the same reason would hide that one."""
        with suppress(Error):
            super().close()


class Connection(connections.Connection):
    """What needs no answer goes with the next statement, in one round trip: how a transaction begins, for one.

    A transaction without statements never begins.
    """

    default_cursor = Cursor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._before: list[bytes] = []
        super().__init__(*args, **kwargs)

    def begin(self) -> None:
        self._before = [_BEGIN]

    def execute_later(self, sql: str, values: Sequence[Any]) -> None:
        with self.cursor() as cursor:
            self._before.append(cursor.mogrify(sql, values).encode(self.encoding))

    def query(self, query: bytes | str) -> None:
        before, self._before = self._before, []
        if before:
            query = b"; ".join([*before, query.encode(self.encoding) if isinstance(query, str) else query])
        super().query(query)
        for _ in before:
            self.next_result()

    def commit(self) -> None:
        if not self._before:
            super().commit()
        elif self._before != [_BEGIN]:
            self.query(b"COMMIT")
        self._before = []

    def rollback(self) -> None:
        if self._before[:1] != [_BEGIN]:
            super().rollback()
        self._before = []


class DatabaseWrapper(StoreMixin, SocketHealthMixin, base.DatabaseWrapper):
    ops_class = DatabaseOperations
    operators = base.DatabaseWrapper.operators | dict.fromkeys(_IGNORING_CASE, "LIKE UPPER(%s)")
    lends_files = False

    def is_unavailable(self, error: Exception) -> bool:
        if not isinstance(error, OperationalError | InterfaceError) or not error.args:
            return False
        code = error.args[0]
        return code in _REFUSED or (isinstance(code, int) and CR.MIN_ERROR <= code < 3000) or code == 0

    def is_refusal(self, error: BaseException | None) -> bool:
        return error is not None and bool(error.args) and error.args[0] in _REFUSED

    def is_transient(self, error: Exception) -> bool:
        return bool(error.args) and error.args[0] in _TRANSIENT

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        return Connection(**conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        """Django would turn the session's autocommit off, and on again after the commit: two round trips."""
        self.connection.begin()

    def execute_later(self, sql: str, values: Sequence[Any]) -> None:
        self.connection.execute_later(sql, values)

    @contextmanager
    def lending_files(self) -> Iterator[None]:
        """For the block, by a connection of its own, the server may ask for files of this machine, as bulk loads do.

        Any file, at any statement: so nobody else lends any. Within a transaction nothing changes.
        """
        if self.in_atomic_block:
            yield
            return
        everyday = self.settings_dict
        self._begin_anew(everyday | {"OPTIONS": everyday["OPTIONS"] | {"local_infile": True}}, lends_files=True)
        try:
            yield
        finally:
            self._begin_anew(everyday, lends_files=False)

    def _begin_anew(self, settings: dict[str, Any], lends_files: bool) -> None:
        self.close()
        self.settings_dict, self.lends_files = settings, lends_files
