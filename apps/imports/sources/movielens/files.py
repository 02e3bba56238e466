"""Which file holds which table of a MovieLens set: the newer sets have headers, the old ones `::` between the cells."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from apps.catalog.records import Place, Problem
from apps.imports.sources import files
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import Row, row_of, rows_of

COLUMNS = {
    "ratings": ("userId", "movieId", "rating", "timestamp"),
    "movies": ("movieId", "title", "genres"),
    "links": ("movieId", "imdbId", "tmdbId"),
    "tags": ("userId", "movieId", "tag", "timestamp"),
    "genome tags": ("tagId", "tag"),
    "genome scores": ("movieId", "tagId", "relevance"),
}
_MOVIELENS = files.DataSet("MovieLens", COLUMNS)
# What the first line of an old table looks like; who the raters of the 1M set are is nothing that we keep.
_OLD = {
    "ratings": re.compile(rb"\d+::\d+::[\d.]+::\d+"),
    "tags": re.compile(rb"\d+::\d+::.*::\d+"),
    "users": re.compile(rb"\d+::[MF]::\d+::\d+::.*"),
    "movies": re.compile(rb"\d+::.*::[^:]*"),
}


def recognised(paths: Iterable[Path]) -> dict[str, Path]:
    """The file of each table. SourceError for two of one table, and for what is given and no table of the set."""
    given = [path for one in paths for path in (sorted(one.glob("*.dat")) or [one] if one.is_dir() else [one])]
    old = {path: table for path in given if (table := _old_table(path))}
    found = files.recognised(_MOVIELENS, [path for path in given if path not in old])
    for path, table in old.items():
        if table in found:
            raise SourceError(f"{found[table]} and {path} are both tables of {table}: give one of each.")
        found[table] = path
    found.pop("users", None)
    return found


def _old_table(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        first = file.readline(10_000).rstrip(b"\r\n")
    return next((table for table, pattern in _OLD.items() if pattern.fullmatch(first)), "")


def rows_of_table(path: Path, table: str) -> Iterator[Row | Problem]:
    return _old_rows(path, COLUMNS[table]) if _old_table(path) else rows_of(path)


def _old_rows(path: Path, columns: Sequence[str]) -> Iterator[Row | Problem]:
    """UTF-8, or where a line is not, Latin-1."""
    with path.open("rb") as file:
        for line, text in enumerate(file, 1):
            cells = _decoded(text.rstrip(b"\r\n")).split("::")
            if any(cells):
                yield row_of(Place(path.name, line), list(columns), cells)


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
