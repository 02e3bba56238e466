"""What each engine does in its own way: many rows into a table at once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import Any

from django.db import connections


def _of(connection: Any) -> Any:
    return import_module(f"{__name__}.{connection.vendor}")


def opened(alias: str) -> AbstractContextManager[None]:
    """For the block that loads: not within a transaction."""
    connection: Any = connections[alias]
    return getattr(_of(connection), "opened", nullcontext)(connection)  # type: ignore[no-any-return]


def load(alias: str, table: str, rows: Any) -> int:
    """Add rows, a polars frame with the table's columns, by the store's fastest way. Returns how many it took.

    Within a transaction. The caller has checked the values: no engine is asked to, and some would bend one to fit.
    """
    connection = connections[alias]
    return _of(connection).load(connection, table, rows)  # type: ignore[no-any-return]


def statement(connection: Any, table: str, columns: list[str]) -> str:
    """To insert one row."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({places})"


@contextmanager
def temporary(alias: str, table: str, columns: str) -> Iterator[None]:
    """A table for the block that is this connection's own. One that a transaction has left behind makes room."""
    connection = connections[alias]
    drop = getattr(_of(connection), "DROP_TEMPORARY", "DROP TABLE")
    with connection.cursor() as cursor:
        cursor.execute(f"{drop} IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
        yield
        cursor.execute(f"{drop} {table}")
