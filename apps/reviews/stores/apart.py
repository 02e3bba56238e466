"""A table apart, for rows of a model that has none yet: on PostgreSQL, which takes them twice as fast without indexes.

When all are there it gets them, and takes the own table's place, with what has been written there meanwhile.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from movieverse.engines.postgresql.base import without_deadline

_NUMBERS = 2**31  # more than the own table gives away meanwhile
_LONGEST_WAIT = "1s"  # for the table: everybody else waits as long

# Nothing hangs on the table that another one would not have.
_IS_PLAIN = """
    SELECT coalesce(relacl = acldefault('r', relowner), TRUE) AND NOT relhastriggers AND NOT relrowsecurity
        AND NOT EXISTS (SELECT FROM pg_inherits WHERE t.oid IN (inhparent, inhrelid))
        AND NOT EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = t.oid)
        AND NOT EXISTS (SELECT FROM pg_depend WHERE refobjid = t.oid AND classid = 'pg_rewrite'::regclass)
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
    def __init__(self, connection: Any, model: Any) -> None:
        self._connection, self._model = connection, model
        self._own = model._meta.db_table
        self.name = f"{self._own}_apart"

    def begin(self) -> int | None:
        """Make it. Returns the id before its first; None if the own table is more than what migrations make of it."""
        with self._connection.cursor() as cursor:
            cursor.execute(_IS_PLAIN, [self._own])
            (is_plain,) = cursor.fetchone()
            if not is_plain:
                return None
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) + %s", [self._own, _NUMBERS])
            (last,) = cursor.fetchone()
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")  # of a batch that somebody has deleted
            cursor.execute(f"CREATE TABLE {self.name} (LIKE {self._own} INCLUDING ALL EXCLUDING INDEXES)")
            cursor.execute(f"ALTER TABLE {self.name} ALTER COLUMN id RESTART WITH {last + 1}")
        return last  # type: ignore[no-any-return]

    def index(self) -> None:
        """As the own table is. Called again, it makes what is missing."""
        with self._connection.cursor() as cursor, without_deadline():
            for one in self._indexes():
                kind = "UNIQUE INDEX" if one.constraint else "INDEX"
                columns = ", ".join(one.columns)
                cursor.execute(f"CREATE {kind} IF NOT EXISTS {one.apart} ON {self.name} ({columns})")
            cursor.execute(f"ANALYZE {self.name}")

    def take_place(self) -> None:
        """Of the own table, within a transaction: one that is tried again, as others may have the table for long."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_LONGEST_WAIT}'")
            cursor.execute(f"LOCK TABLE {self._own} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"INSERT INTO {self.name} SELECT * FROM {self._own}")
            cursor.execute(f"DROP TABLE {self._own}")
            cursor.execute(f"ALTER TABLE {self.name} RENAME TO {self._own}")
            cursor.execute(f"ALTER SEQUENCE {self.name}_id_seq RENAME TO {self._own}_id_seq")
            for one in self._indexes():
                if one.constraint:
                    cursor.execute(
                        f"ALTER TABLE {self._own} ADD CONSTRAINT {one.name} {one.constraint} USING INDEX {one.apart}"
                    )
                else:
                    cursor.execute(f"ALTER INDEX {one.apart} RENAME TO {one.name}")

    def drop(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")

    def _indexes(self) -> Iterator[_Index]:
        yield _Index(f"{self._own}_pkey", ["id"], "PRIMARY KEY")
        for constraint in self._model._meta.constraints:
            yield _Index(constraint.name, list(constraint.fields), "UNIQUE")
        for one in self._model._meta.indexes:
            yield _Index(one.name, list(one.fields))
