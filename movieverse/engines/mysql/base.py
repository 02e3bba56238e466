from django.db.backends.mysql import base, operations
from MySQLdb import InterfaceError, OperationalError
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
_TRANSIENT = {ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT}


class DatabaseOperations(operations.DatabaseOperations):
    def lookup_cast(self, lookup_type: str, internal_type: str | None = None) -> str:
        cast = super().lookup_cast(lookup_type, internal_type)
        return f"UPPER({cast})" if lookup_type in _IGNORING_CASE else cast


class DatabaseWrapper(StoreMixin, SocketHealthMixin, base.DatabaseWrapper):
    ops_class = DatabaseOperations
    operators = base.DatabaseWrapper.operators | dict.fromkeys(_IGNORING_CASE, "LIKE UPPER(%s)")

    def is_unavailable(self, error: Exception) -> bool:
        if not isinstance(error, OperationalError | InterfaceError) or not error.args:
            return False
        code = error.args[0]
        return code in _REFUSED or (isinstance(code, int) and CR.MIN_ERROR <= code < 3000) or code == 0

    def is_refusal(self, error: BaseException | None) -> bool:
        return error is not None and bool(error.args) and error.args[0] in _REFUSED

    def is_transient(self, error: Exception) -> bool:
        return bool(error.args) and error.args[0] in _TRANSIENT
