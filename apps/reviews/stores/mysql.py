"""LOAD DATA LOCAL INFILE, and where the server takes no files, statements with many rows each."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from apps.reviews.stores import insertion
from apps.reviews.stores.apart.mysql import Apart

__all__ = ["DROP_TEMPORARY", "SIDE_BY_SIDE", "Apart", "load", "opened", "remark"]

_BATCH = 10_000
_PREFIX = "movieverse-import-"  # by which the next import finds what a killed worker has left
_SLOW = "The reviews store takes no files (local_infile is off): rows are sent to it in batches, which is slower."

SIDE_BY_SIDE = 1  # beside whoever reads the file: two are no faster, with indexes or without
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
    quoted, alike = connection.ops.quote_name, _alike(rows)
    with TemporaryDirectory(prefix=_PREFIX) as folder, connection.cursor() as cursor:
        path, told = Path(folder) / "rows", rows.drop(list(alike))
        told.write_csv(path, include_header=False, separator="\t", quote_style="never", null_value=r"\N")
        sql = f"LOAD DATA LOCAL INFILE %s INTO TABLE {quoted(table)} CHARACTER SET utf8mb4"
        names, values = (", ".join(map(quoted, told.columns)), ", ".join(f"{quoted(name)} = %s" for name in alike))
        cursor.execute(f"{sql} ({names}) {values and 'SET'} {values}", [str(path), *alike.values()])
        return cursor.rowcount  # type: ignore[no-any-return]


def _alike(rows: Any) -> dict[str, Any]:
    """Columns after the first that have one value: in each line of a file it takes the server time to read."""
    import polars as pl

    is_one = rows.select(pl.all().eq_missing(pl.all().first()).all()).row(0, named=True)
    return {name: rows[name][0] for name in rows.columns[1:] if is_one[name]}
