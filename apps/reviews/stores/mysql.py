"""LOAD DATA LOCAL INFILE, and where the server takes no files, statements with many rows each."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from apps.reviews.stores import insertion

_BATCH = 10_000
_PREFIX = "movieverse-import-"  # by which the next import finds what a killed worker has left
_SLOW = "The reviews store takes no files (local_infile is off): rows are sent to it in batches, which is slower."

SIDE_BY_SIDE = 1  # beside whoever reads the file: two take longer than one after the other
DROP_TEMPORARY = "DROP TEMPORARY TABLE"  # without the word the transaction would end


def remark(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@local_infile")
        (takes_files,) = cursor.fetchone()
    return "" if takes_files else _SLOW


def opened(connection: Any) -> AbstractContextManager[None]:
    return nullcontext() if remark(connection) else connection.lending_files()


def load(connection: Any, table: str, rows: Any) -> int:
    """Of a file the server leaves out what is there already, and says nothing: the count tells."""
    if connection.lends_files:
        return _load_file(connection, table, rows)
    with connection.cursor() as cursor:
        for batch in rows.iter_slices(_BATCH):
            cursor.executemany(insertion(connection, table, rows.columns), batch.rows())
    return len(rows)


def _load_file(connection: Any, table: str, rows: Any) -> int:
    quoted = connection.ops.quote_name
    with TemporaryDirectory(prefix=_PREFIX) as folder, connection.cursor() as cursor:
        path = Path(folder) / "rows"
        rows.write_csv(path, include_header=False, separator="\t", quote_style="never", null_value=r"\N")
        names = ", ".join(map(quoted, rows.columns))
        cursor.execute(
            f"LOAD DATA LOCAL INFILE %s INTO TABLE {quoted(table)} CHARACTER SET utf8mb4 ({names})", [str(path)]
        )
        return cursor.rowcount  # type: ignore[no-any-return]
