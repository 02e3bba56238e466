"""Prepared statements."""

from typing import Any

from apps.reviews.stores import insertion


def load(connection: Any, table: str, rows: Any) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(insertion(connection, table, rows.columns), rows.iter_rows())
    return len(rows)
