"""On MySQL and MariaDB, where to make or rename a table ends the transaction: so that goes by connections of its own.

So a worker can be killed between the change of place and the note of it: the own table that has been left tells.
"""

import re
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from MySQLdb.constants import ER

from apps.reviews.stores.apart import LONGEST, NUMBERS, TableApart

_AT_ONCE = 200_000  # ids, so that no statement takes long
_FROZEN = 5  # seconds without a word from a worker, after which the server takes the table from it
_LOOKS, _PAUSE = 50, 0.02  # with so many seconds between, until the renaming waits

# Nothing hangs on the table that does not go by its name, nor do other indexes.
_IS_PLAIN = """
    SELECT NOT EXISTS (
        SELECT * FROM information_schema.triggers WHERE event_object_schema = DATABASE() AND event_object_table = %s
    ) AND NOT EXISTS (
        SELECT * FROM information_schema.key_column_usage
        WHERE referenced_table_schema = DATABASE() AND %s IN (table_name, referenced_table_name)
    ) AND %s = (
        SELECT COUNT(DISTINCT index_name) FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name = %s
    )
"""
_THERE = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN (%s, %s)"
_RENAMING = """
    SELECT COUNT(*) FROM information_schema.processlist
    WHERE db = DATABASE() AND state = 'Waiting for table metadata lock' AND info LIKE %s
"""


def _is(error: Exception, *codes: int) -> bool:
    return bool(error.args) and error.args[0] in codes


class Apart(TableApart):
    def __init__(self, connection: Any, model: Any) -> None:
        super().__init__(connection, model)
        self._left = f"{self._own}_left"

    def begin(self) -> int | None:
        if self._connection.savepoint_ids:  # within a caller's transaction, which would keep the table from all others
            return None
        self.drop()
        if not self.may_take_place():
            return None
        without = ", ".join(f"DROP INDEX {one.name}" for one in self.indexes())
        with self._beside() as cursor:
            cursor.execute(f"SHOW CREATE TABLE {self._own}")  # the information schema of MySQL is a day behind
            given = re.search(r"AUTO_INCREMENT=(\d+)", cursor.fetchone()[1])
            last = int(given[1] if given else 1) + NUMBERS
            cursor.execute(f"CREATE TABLE {self.name} LIKE {self._own}")
            cursor.execute(f"ALTER TABLE {self.name} {without}, AUTO_INCREMENT = {last + 1}")
        return last

    @contextmanager
    def _beside(self, variables: dict[str, int] | None = None, **options: int) -> Iterator[Any]:
        """A cursor of a connection with variables of its session. The server may ask it for no files."""
        connection = self._connection.copy()
        connection.settings_dict["OPTIONS"] |= {"local_infile": False} | options
        try:
            with connection.cursor() as cursor:
                for name, value in (variables or {}).items():
                    cursor.execute(f"SET SESSION {name} = {value}")
                yield cursor
        finally:
            connection.close()

    def may_take_place(self) -> bool:
        with self._connection.cursor() as cursor:
            cursor.execute(_IS_PLAIN, [self._own, self._own, 1 + len(list(self.indexes())), self._own])
            (is_plain,) = cursor.fetchone()
        return bool(is_plain)

    def make_ready(self) -> Iterator[None]:
        """All indexes at once, which takes the server less than one after the other."""
        added = ", ".join(f"ADD {one.kind} {one.name} ({', '.join(one.columns)})" for one in self.indexes())
        with self._beside(read_timeout=LONGEST) as cursor:
            try:
                cursor.execute(f"ALTER TABLE {self.name} {added}")
            except OperationalError as error:
                if not _is(error, ER.DUP_KEYNAME):
                    raise
            yield
            cursor.execute(f"ANALYZE TABLE {self.name}")

    def take_place(self, last: int) -> bool:
        """As gh-ost has it: who waits for the table behind the renaming finds the other one in its place.

        The renaming cannot happen while there is a table of the name that the own one is to get: so nothing does if
        this worker is killed before the rows are there. What an earlier attempt has brought is brought anew.
        """
        with ThreadPoolExecutor(1) as thread, self._beside(self._at_once) as cursor:
            if not self._is_to_be_had(cursor):
                return False
            cursor.execute(f"DELETE FROM {self.name} WHERE id <= %s", [last])
            cursor.execute(f"INSERT INTO {self.name} SELECT * FROM {self._own}")
            renamed = thread.submit(self._rename)
            if self._is_renaming(cursor, renamed):
                cursor.execute(f"DROP TABLE {self._left}")
            cursor.execute("UNLOCK TABLES")
            return renamed.result()

    @property
    def _at_once(self) -> dict[str, int]:
        """MySQL cannot but wait for a second."""
        return {"wait_timeout": _FROZEN, "lock_wait_timeout": 0 if self._connection.mysql_is_mariadb else 1}

    def _is_to_be_had(self, cursor: Any) -> bool:
        try:
            cursor.execute(f"DROP TABLE IF EXISTS {self._left}")
            cursor.execute(f"CREATE TABLE {self._left} (id int)")
            cursor.execute(f"LOCK TABLES {self._own} WRITE, {self.name} WRITE, {self._left} WRITE")
        except OperationalError as error:
            if not _is(error, ER.LOCK_WAIT_TIMEOUT):
                raise
            return False
        return True

    def _rename(self) -> bool:
        with self._beside({"lock_wait_timeout": _FROZEN}) as cursor:
            try:
                cursor.execute(f"RENAME TABLE {self._own} TO {self._left}, {self.name} TO {self._own}")
            except OperationalError as error:
                if not _is(error, ER.LOCK_WAIT_TIMEOUT, ER.TABLE_EXISTS_ERROR):
                    raise
                return False
        return True

    def _is_renaming(self, cursor: Any, renamed: Future[bool]) -> bool:
        for _ in range(_LOOKS):
            if renamed.done():
                return False
            cursor.execute(_RENAMING, [f"RENAME TABLE {self._own} TO%"])
            if cursor.fetchone()[0]:
                return True
            time.sleep(_PAUSE)
        return False

    def has_taken_place(self) -> bool:
        return self._there() == {self._left}

    def _there(self) -> set[str]:
        with self._connection.cursor() as cursor:
            cursor.execute(_THERE, [self.name, self._left])
            return {name for (name,) in cursor.fetchall()}

    def copy(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MIN(id), 1), COALESCE(MAX(id), 0) FROM {self.name}")
            first, last = cursor.fetchone()
            for start in range(first, last + 1, _AT_ONCE):
                cursor.execute(
                    f"INSERT INTO {self._own} ({self._columns}) SELECT {self._columns} FROM {self.name} "
                    "WHERE id BETWEEN %s AND %s",
                    [start, start + _AT_ONCE - 1],
                )

    def drop(self) -> None:
        if there := self._there():
            with self._beside() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {', '.join(there)}")
