"""LOAD DATA LOCAL INFILE, and where the server takes no files, statements with many rows each."""

import logging
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.utils import DatabaseError

from apps.reviews.stores import insertion

_NO_FILES = {1148, 2068, 3948}  # MariaDB's number for it, the client's, MySQL's
_BATCH = 10_000

SIDE_BY_SIDE = 2

DROP_TEMPORARY = "DROP TEMPORARY TABLE"  # without the word the transaction would end

logger = logging.getLogger(__name__)


def opened(connection: Any) -> AbstractContextManager[None]:
    return connection.lending_files()  # type: ignore[no-any-return]


def load(connection: Any, table: str, rows: Any) -> int:
    """The server leaves out what is there already, and says nothing: the count tells."""
    if connection.lends_files:
        try:
            return _load_file(connection, table, rows)
        except DatabaseError as error:
            if error.args[0] not in _NO_FILES:
                raise
            connection.lends_files = False
            logger.warning("The server takes no local files (local_infile is off): rows are sent in batches.")
    with connection.cursor() as cursor:
        for batch in rows.iter_slices(_BATCH):
            cursor.executemany(insertion(connection, table, rows.columns), batch.rows())
    return len(rows)


def _load_file(connection: Any, table: str, rows: Any) -> int:
    quoted = connection.ops.quote_name
    with TemporaryDirectory(prefix="movieverse-load-") as folder, connection.cursor() as cursor:
        path = Path(folder) / "rows"
        rows.write_csv(path, include_header=False, separator="\t", quote_style="never", null_value=r"\N")
        names = ", ".join(map(quoted, rows.columns))
        cursor.execute(
            f"LOAD DATA LOCAL INFILE %s INTO TABLE {quoted(table)} CHARACTER SET utf8mb4 ({names})", [str(path)]
        )
        return cursor.rowcount  # type: ignore[no-any-return]
