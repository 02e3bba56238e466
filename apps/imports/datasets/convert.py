"""No data set: a table of any columns, made into JSON lines that its owner downloads."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from apps.imports.datasets.base import DataSet, Kept
from apps.imports.services import converted
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import Row, header_of, rows_of

KIND = "lines"


def recognise(paths: Sequence[Path]) -> Mapping[str, Path]:
    (path,) = paths
    if not header_of(path):
        raise SourceError(f"{path} is empty.")
    return {KIND: path}


def load(job: Any) -> None:
    """A row is an object of texts, by the names of its columns; one with too few or too many cells is rejected."""
    (path,) = job.paths
    with TemporaryFile() as file:
        with job.stage("rows"), gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as lines:
            for row in rows_of(path):
                job.advance(rows=1)
                if isinstance(row, Row):
                    lines.write(json.dumps(row.cells, ensure_ascii=False).encode() + b"\n")
                    job.counts[KIND].created += 1
                else:
                    job.fail(KIND, [row])
        job.advance(bytes=path.stat().st_size)
        file.seek(0)
        converted.store(job.row, file)


def undo(import_id: int) -> Iterable[Kept]:
    converted.delete(import_id)
    return ()


DATA_SET = DataSet(
    name="convert",
    title="Conversion",
    recognise=recognise,
    load=load,
    undo=undo,
    is_import=False,
)
