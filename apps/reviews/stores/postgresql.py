"""COPY."""

from io import BytesIO
from typing import Any

from apps.reviews.stores.apart.postgresql import Apart
from movieverse.engines.postgresql.base import without_deadline

__all__ = ["SIDE_BY_SIDE", "Apart", "hold_references", "load"]

SIDE_BY_SIDE = 2


def hold_references(connection: Any) -> None:
    """Django has them checked, and so held, only at the end."""
    connection.check_constraints()


def load(connection: Any, table: str, rows: Any) -> int:
    file = BytesIO()
    rows.write_csv(file, include_header=False, separator="\t", quote_style="never", null_value=r"\N")
    file.seek(0)
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor, connection.wrap_database_errors, without_deadline():
        cursor.copy_expert(f"COPY {quoted(table)} ({', '.join(map(quoted, rows.columns))}) FROM STDIN", file)
        return cursor.rowcount  # type: ignore[no-any-return]
