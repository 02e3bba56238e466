"""A table apart, for rows of a model that has none yet: on PostgreSQL, which takes them twice as fast without indexes.

When all are there it gets them, and takes the own table's place, with what has been written there meanwhile. Where that
cannot be, because more hangs on the own table or somebody has it for long, its rows are copied.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import OperationalError, transaction
from psycopg2 import errorcodes

from movieverse.engines.postgresql.base import patience

_NUMBERS = 2**31  # more than the own table gives away meanwhile
_LONGEST = 3600  # seconds, for an index, or to copy all rows

# Nothing hangs on the table that another one, as migrations make it, would not have.
_IS_PLAIN = """
    SELECT relowner = current_user::regrole AND coalesce(relacl = acldefault('r', relowner), TRUE)
        AND reloptions IS NULL AND reltablespace = 0 AND relreplident = 'd'
        AND NOT relhastriggers AND NOT relrowsecurity
        AND (SELECT count(*) FROM pg_index WHERE indrelid = t.oid) = %s
        AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = t.oid AND attacl IS NOT NULL)
        AND NOT EXISTS (SELECT FROM pg_inherits WHERE t.oid IN (inhparent, inhrelid))
        AND NOT EXISTS (
            SELECT FROM pg_depend
            WHERE refobjid IN (t.oid, t.reltype) AND deptype = 'n' AND classid <> 'pg_constraint'::regclass
        )
        AND NOT EXISTS (SELECT FROM pg_publication)
    FROM pg_class AS t WHERE t.oid = %s::regclass
"""


class _Index(NamedTuple):
    name: str
    columns: list[str]
    constraint: str = ""

    @property
    def apart(self) -> str:
        return f"{self.name}_apart"


class Apart:
    """Of a connection and a model. The transactions are the caller's."""

    def __init__(self, connection: Any, model: Any) -> None:
        self._connection, self._model = connection, model
        self._own = model._meta.db_table
        self.name = f"{self._own}_apart"

    def begin(self) -> int | None:
        """Make it. Returns the id before its first; None if the own table is more than what migrations make of it."""
        self.drop()  # that of a batch which somebody has deleted
        if not self.may_take_place():
            return None
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) + %s", [self._own, _NUMBERS])
            (last,) = cursor.fetchone()
            cursor.execute(f"CREATE TABLE {self.name} (LIKE {self._own} INCLUDING ALL EXCLUDING INDEXES)")
            cursor.execute(f"ALTER TABLE {self.name} ALTER COLUMN id RESTART WITH {last + 1}")
        return last  # type: ignore[no-any-return]

    def may_take_place(self) -> bool:
        with self._connection.cursor() as cursor:
            cursor.execute(_IS_PLAIN, [len(list(self.indexes())), self._own])
            (is_plain,) = cursor.fetchone()
        return bool(is_plain)

    def index(self, one: _Index) -> None:
        """One of `indexes`. If somebody else is just making it, when that is done; what is there stays."""
        kind = "UNIQUE INDEX" if one.constraint else "INDEX"
        with self._connection.cursor() as cursor, patience(_LONGEST):
            cursor.execute(f"LOCK TABLE {self.name} IN SHARE UPDATE EXCLUSIVE MODE")
            cursor.execute(f"CREATE {kind} IF NOT EXISTS {one.apart} ON {self.name} ({', '.join(one.columns)})")

    def analyze(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {self.name}")

    def take_place(self) -> bool:
        """Of the own table. False where somebody reads or writes just now: who waited for that would hold up others."""
        if not self._is_to_be_had():
            return False
        with self._connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self.name} SELECT * FROM {self._own}")
            cursor.execute(f"DROP TABLE {self._own}")
            cursor.execute(f"ALTER TABLE {self.name} RENAME TO {self._own}")
            cursor.execute(f"ALTER SEQUENCE {self.name}_id_seq RENAME TO {self._own}_id_seq")
            for one in self.indexes():
                cursor.execute(self._renamed(one))
        return True

    def _is_to_be_had(self) -> bool:
        try:
            with transaction.atomic(using=self._connection.alias), self._connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {self.name}, {self._own} IN ACCESS EXCLUSIVE MODE NOWAIT")
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != errorcodes.LOCK_NOT_AVAILABLE:
                raise
            return False
        return True

    def _renamed(self, one: _Index) -> str:
        if one.constraint:
            return f"ALTER TABLE {self._own} ADD CONSTRAINT {one.name} {one.constraint} USING INDEX {one.apart}"
        return f"ALTER INDEX {one.apart} RENAME TO {one.name}"

    def copy(self) -> None:
        """Its rows into the own table, however long that takes. What comes after them has greater ids, as ever."""
        columns = ", ".join(field.column for field in self._model._meta.concrete_fields)
        with self._connection.cursor() as cursor, patience(_LONGEST):
            cursor.execute(f"INSERT INTO {self._own} ({columns}) SELECT {columns} FROM {self.name}")
            cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM {self._own}", [self._own])
            cursor.execute(f"DROP TABLE {self.name}")

    def drop(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")

    def indexes(self) -> Iterator[_Index]:
        yield _Index(f"{self._own}_pkey", ["id"], "PRIMARY KEY")
        for constraint in self._model._meta.constraints:
            yield _Index(constraint.name, list(constraint.fields), "UNIQUE")
        for one in self._model._meta.indexes:
            yield _Index(one.name, list(one.fields))
