"""On PostgreSQL, where all of it is in transactions."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from django.db import OperationalError, transaction
from psycopg2 import errorcodes

from apps.reviews.stores.apart import LONGEST, NUMBERS, Index, TableApart
from movieverse.engines.postgresql.base import patience

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


def _apart(index: Index) -> str:
    return f"{index.name}_apart"


class Apart(TableApart):
    def begin(self) -> int | None:
        self.drop()
        if not self.may_take_place():
            return None
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) + %s", [self._own, NUMBERS])
            (last,) = cursor.fetchone()
            cursor.execute(f"CREATE TABLE {self.name} (LIKE {self._own} INCLUDING ALL EXCLUDING INDEXES)")
            # It would be read once more beside the indexes, in whose way that is.
            cursor.execute(f"ALTER TABLE {self.name} SET (autovacuum_enabled = off)")
            cursor.execute(f"ALTER TABLE {self.name} ALTER COLUMN id RESTART WITH {last + 1}")
        return last  # type: ignore[no-any-return]

    def may_take_place(self) -> bool:
        with self._connection.cursor() as cursor:
            cursor.execute(_IS_PLAIN, [len(list(self.indexes())), self._own])
            (is_plain,) = cursor.fetchone()
        return bool(is_plain)

    def make_ready(self) -> Iterator[None]:
        for one in self.indexes():
            self._index(one)
            yield
        with self._connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {self.name}")

    def _index(self, one: Index) -> None:
        with self._in_transaction(), self._connection.cursor() as cursor, patience(LONGEST):
            cursor.execute(f"LOCK TABLE {self.name} IN SHARE UPDATE EXCLUSIVE MODE")
            cursor.execute(f"CREATE {one.kind} IF NOT EXISTS {_apart(one)} ON {self.name} ({', '.join(one.columns)})")

    def _in_transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic(using=self._connection.alias)

    def take_place(self, last: int) -> bool:
        if not self._is_to_be_had():
            return False
        with self._connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self.name} SELECT * FROM {self._own}")
            cursor.execute(f"DROP TABLE {self._own}")
            cursor.execute(f"ALTER TABLE {self.name} RESET (autovacuum_enabled)")
            cursor.execute(f"ALTER TABLE {self.name} RENAME TO {self._own}")
            cursor.execute(f"ALTER SEQUENCE {self.name}_id_seq RENAME TO {self._own}_id_seq")
            for one in self.indexes():
                cursor.execute(self._renamed(one))
        return True

    def _is_to_be_had(self) -> bool:
        try:
            with self._in_transaction(), self._connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {self.name}, {self._own} IN ACCESS EXCLUSIVE MODE NOWAIT")
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != errorcodes.LOCK_NOT_AVAILABLE:
                raise
            return False
        return True

    def _renamed(self, one: Index) -> str:
        if one.constraint:
            return f"ALTER TABLE {self._own} ADD CONSTRAINT {one.name} {one.constraint} USING INDEX {_apart(one)}"
        return f"ALTER INDEX {_apart(one)} RENAME TO {one.name}"

    def copy(self) -> None:
        with self._connection.cursor() as cursor, patience(LONGEST):
            cursor.execute(f"INSERT INTO {self._own} ({self._columns}) SELECT {self._columns} FROM {self.name}")

    def drop(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")

    def indexes(self) -> Iterator[Index]:
        yield Index(f"{self._own}_pkey", ["id"], "PRIMARY KEY")
        yield from super().indexes()
