"""ratings.csv, and ratings.dat of the old sets: tens of millions of rows, so they are read in columns.

What the columns' reader cannot read is read once more, row by row, as every other table is: that says what is wrong.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from apps.catalog.records import Place, Problem
from apps.imports.sources.blocks import Block, blocks
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import BadCell, Row, row_of

COLUMNS = ("userId", "movieId", "rating", "timestamp")
LARGEST_ID = 2**31 - 1
_LAST_MOMENT = 4_102_444_800  # the year 2100, in seconds
_TYPES = {"userId": pl.Int64, "movieId": pl.Int64, "rating": pl.Float64, "timestamp": pl.Int64}
_FURTHER = "further cells"
_MOMENT = "%Y-%m-%d %H:%M:%S"

SCHEMA = {"line": pl.Int64, "user": pl.Int64, "movie": pl.Int64, "value": pl.Int64, "created_at": pl.String}


class Bad(NamedTuple):
    """A row that is no rating."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class _Table:
    path: Path
    columns: list[str]
    separator: bytes

    def cells(self, line: bytes) -> list[str]:
        text = line.decode(errors="replace").rstrip("\r")
        if self.separator == b"::":
            return text.split("::")
        return next(csv.reader([text], delimiter=self.separator.decode()), [])


@dataclass(frozen=True)
class Chunk:
    """Some ratings: line, user, movie, value (half-stars), created_at (text, UTC); and the rows that are none."""

    table: _Table
    number: int
    first_line: int
    data: bytes
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))
    bad: list[Bad] = field(default_factory=list)

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.data.split(b"\n")

    def texts(self, line: int) -> list[str]:
        return self.table.cells(self._lines[line - self.first_line])

    def cells(self, line: int) -> dict[str, str]:
        return dict(zip(self.table.columns, self.texts(line), strict=False))


def ratings_of(path: Path) -> Iterator[Chunk]:
    """In the order of the file. SourceError if it is no table of ratings."""
    table: _Table | None = None
    for block in blocks(path):
        if table is None:
            table, block = _begun(path, block)
        yield _chunk(table, block)
    if table is None:
        raise SourceError(f"{path.name} is empty.")


def _begun(path: Path, block: Block) -> tuple[_Table, Block]:
    """The old sets have no header."""
    first, _, rest = block.data.partition(b"\n")
    if b"::" in first:
        return _Table(path, list(COLUMNS), b"::"), block
    separator = max((b",", b"\t", b";"), key=first.count)
    columns = [name.strip().strip('"') for name in first.decode(errors="replace").split(separator.decode())]
    if missing := [name for name in COLUMNS if name not in columns]:
        raise SourceError(f"{path.name} is no table of ratings: it lacks the column {', '.join(missing)}.")
    return _Table(path, columns, separator), block._replace(line=block.line + 1, data=rest)


def _chunk(table: _Table, block: Block) -> Chunk:
    chunk = Chunk(table, block.number, block.line, block.data)
    rows, good = _read(chunk), _is_good()
    read, bad = _one_by_one(chunk, rows.filter(~good)["line"].to_list())
    return replace(chunk, rows=pl.concat([rows.filter(good).select(_as_told()), read]).sort("line"), bad=bad)


def _read(chunk: Chunk) -> pl.DataFrame:
    """With null for what cannot be read. Blank lines are rows of nulls, so that lines can be counted."""
    table, is_old = chunk.table, chunk.table.separator == b"::"
    return pl.read_csv(
        chunk.data.replace(b"::", b",") if is_old else chunk.data,
        has_header=False,
        schema={name: _TYPES.get(name, pl.String) for name in table.columns} | {_FURTHER: pl.String},
        separator="," if is_old else table.separator.decode(),
        quote_char=None,
        ignore_errors=True,
        truncate_ragged_lines=True,
        missing_columns="insert",
        row_index_name="line",
        row_index_offset=chunk.first_line,
    )


def _is_good() -> pl.Expr:
    halves = pl.col("rating") * 2
    return pl.all_horizontal(
        pl.col("userId").is_between(1, LARGEST_ID),
        pl.col("movieId").is_between(1, LARGEST_ID),
        halves.is_between(1, 10) & (halves == halves.floor()),
        pl.col("timestamp").is_between(0, _LAST_MOMENT),
        pl.col(_FURTHER).is_null(),
    ).fill_null(False)


def _as_told() -> list[pl.Expr]:
    return [
        pl.col("line").cast(pl.Int64),
        pl.col("userId").alias("user"),
        pl.col("movieId").alias("movie"),
        (pl.col("rating") * 2).cast(pl.Int64).alias("value"),
        pl.from_epoch("timestamp").dt.strftime(_MOMENT).alias("created_at"),
    ]


# --- Row by row -----------------------------------------------------------------------------------


def _one_by_one(chunk: Chunk, lines: Sequence[int]) -> tuple[pl.DataFrame, list[Bad]]:
    read: list[tuple[Any, ...]] = []
    bad: list[Bad] = []
    for line in lines:
        if any(cells := chunk.texts(line)):
            result = _rating(chunk.table, line, cells)
            (bad if isinstance(result, Bad) else read).append(result)  # type: ignore[arg-type]
    return pl.DataFrame(read, schema=SCHEMA, orient="row"), bad


def _rating(table: _Table, line: int, cells: list[str]) -> tuple[Any, ...] | Bad:
    row = row_of(Place(table.path.name, line), table.columns, cells)
    if isinstance(row, Problem):
        return Bad(line, row.column, row.value, row.reason)
    try:
        return line, _id(row, "userId"), _id(row, "movieId"), _half_stars(row), _moment(row)
    except BadCell as error:
        return Bad(line, error.column, error.value, error.reason)


def _id(row: Row, column: str) -> int:
    number = row.whole(column)
    if number is None or not 1 <= number <= LARGEST_ID:
        raise BadCell(column, row.text(column), "is no id: a whole number from 1 on")
    return number


def _half_stars(row: Row) -> int:
    stars = row.number("rating")
    if stars is None or not 1 <= stars * 2 <= 10 or not (stars * 2).is_integer():
        raise BadCell("rating", row.text("rating"), "is no rating: 0.5 to 5 stars, in halves")
    return int(stars * 2)


def _moment(row: Row) -> str:
    seconds = row.whole("timestamp")
    if seconds is None or seconds > _LAST_MOMENT:
        raise BadCell("timestamp", row.text("timestamp"), "is no moment: seconds since 1970")
    return datetime.fromtimestamp(seconds, UTC).strftime(_MOMENT)
