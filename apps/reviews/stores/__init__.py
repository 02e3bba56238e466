"""What each engine does in its own way: many rows into a table at once, or added to those that are there."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import Any

from django.db import connections
from django.db.models import Model
from django.db.models.constants import OnConflict


def _of(connection: Any) -> Any:
    return import_module(f"{__name__}.{connection.vendor}")


def opened(alias: str) -> AbstractContextManager[None]:
    """For the block that loads: not within a transaction."""
    connection: Any = connections[alias]
    return getattr(_of(connection), "opened", nullcontext)(connection)  # type: ignore[no-any-return]


def remark(alias: str) -> str:
    """What is to be known of how this store loads; mostly nothing."""
    connection: Any = connections[alias]
    return getattr(_of(connection), "remark", lambda _: "")(connection)  # type: ignore[no-any-return]


def hold_references(alias: str) -> None:
    """From here to the end of the transaction the rows stay that what it has written refers to."""
    connection: Any = connections[alias]
    getattr(_of(connection), "hold_references", lambda _: None)(connection)


def side_by_side(alias: str) -> int:
    """How many may load at once, each by a connection of its own; 0 where that has to be the caller's."""
    connection = connections[alias]
    return 0 if connection.in_atomic_block else getattr(_of(connection), "SIDE_BY_SIDE", 0)


def load(alias: str, table: str, rows: Any) -> int:
    """Add rows, a polars frame with the table's columns, by the store's fastest way. Returns how many it took.

    Within a transaction. The caller has checked the values: no engine is asked to, and some would bend one to fit.
    """
    connection = connections[alias]
    return _of(connection).load(connection, table, rows) if len(rows) else 0


def table_apart(alias: str, model: type[Model]) -> Any:
    """A TableApart for rows of the model; None where its own takes them as fast."""
    connection = connections[alias]
    kind = getattr(_of(connection), "Apart", None)
    return kind and kind(connection, model)


def insertion(connection: Any, table: str, columns: list[str]) -> str:
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


def add_missing(alias: str, table: str, source: str, columns: Sequence[str]) -> None:
    """A row of noughts for each key that only the source has. The first column is the key."""
    operations = connections[alias].ops
    fields: Any = ()
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f"{operations.insert_statement(OnConflict.IGNORE)} {quoted(alias, [table])} ({quoted(alias, columns)}) "
            f"SELECT {', '.join([quoted(alias, columns[:1]), *('0' for _ in columns[1:])])} FROM {source} WHERE 1 = 1 "
            f"{operations.on_conflict_suffix_sql(fields, OnConflict.IGNORE, (), ())}"
        )


def add_up(alias: str, table: str, source: str, columns: Sequence[str]) -> None:
    """Add the source's rows to those with the same key. The first column is the key."""
    target, (key, *names) = quoted(alias, [table]), (quoted(alias, [column]) for column in columns)
    joined, sums = f"{target}.{key} = {source}.{key}", [(name, f"{target}.{name} + {source}.{name}") for name in names]
    if connections[alias].vendor == "mysql":
        changes = ", ".join(f"{target}.{name} = {total}" for name, total in sums)
        sql = f"UPDATE {target} JOIN {source} ON {joined} SET {changes}"
    else:
        changes = ", ".join(f"{name} = {total}" for name, total in sums)
        sql = f"UPDATE {target} SET {changes} FROM {source} WHERE {joined}"
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)


def quoted(alias: str, names: Sequence[str]) -> str:
    return ", ".join(map(connections[alias].ops.quote_name, names))
