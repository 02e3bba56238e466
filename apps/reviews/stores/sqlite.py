"""Prepared statements."""

from typing import Any

from apps.reviews.stores import statement


def load(connection: Any, table: str, rows: Any) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(statement(connection, table, rows.columns), rows.iter_rows())
    return len(rows)
