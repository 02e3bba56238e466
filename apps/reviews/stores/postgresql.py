"""COPY."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from psycopg2 import extensions

from movieverse.engines.postgresql.base import wait_with_deadline

SIDE_BY_SIDE = 2

_lock, _copying = threading.Lock(), 0


def hold_references(connection: Any) -> None:
    """Django has them checked, and so held, only at the end."""
    connection.check_constraints()


def load(connection: Any, table: str, rows: Any) -> int:
    file = BytesIO()
    rows.write_csv(file, include_header=False, separator="\t", quote_style="never", null_value=r"\N")
    file.seek(0)
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor, connection.wrap_database_errors, _without_deadline():
        cursor.copy_expert(f"COPY {quoted(table)} ({', '.join(map(quoted, rows.columns))}) FROM STDIN", file)
        return cursor.rowcount  # type: ignore[no-any-return]


@contextmanager
def _without_deadline() -> Iterator[None]:
    """psycopg2 does not copy while there is a wait callback. It is the whole process's: only workers come here."""
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
