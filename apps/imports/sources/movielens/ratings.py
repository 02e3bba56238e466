"""ratings.csv, and ratings.dat of the old sets: tens of millions of rows, so they are read in columns.

What the columns' reader cannot read is read once more, row by row, as every other table is: that says what is wrong.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from apps.catalog.records import Place, Problem
from apps.imports.sources.blocks import Block, blocks
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import BadCell, Row

COLUMNS = ("userId", "movieId", "rating", "timestamp")
LARGEST_ID = 2**31 - 1
_LAST_MOMENT = 4_102_444_800  # the year 2100, in seconds
_TYPES = {"userId": pl.Int64, "movieId": pl.Int64, "rating": pl.Float64, "timestamp": pl.Int64}
_FURTHER = "further cells"
_MOMENT = "%Y-%m-%d %H:%M:%S"

SCHEMA = {"line": pl.Int64, "user": pl.Int64, "movie": pl.Int64, "value": pl.Int64, "created_at": pl.String}


class Chunk(NamedTuple):
    """Some ratings: line, user, movie, value (half-stars), created_at (text, UTC); and the rows that are none."""

    number: int
    rows: pl.DataFrame
    rejected: list[Problem]
    bytes: int
    lines: int


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
    rows = _read(table, block)
    good = _is_good()
    bad = rows.filter(~good)["line"].to_list()
    read, rejected = _one_by_one(table, block, bad)
    rows = pl.concat([rows.filter(good).select(_as_told()), read]).sort("line")
    return Chunk(block.number, rows, rejected, len(block.data), block.data.count(b"\n"))


def _read(table: _Table, block: Block) -> pl.DataFrame:
    """With null for what cannot be read. Blank lines are rows of nulls, so that lines can be counted."""
    data = block.data.replace(b"::", b",") if table.separator == b"::" else block.data
    return pl.read_csv(
        data,
        has_header=False,
        schema={name: _TYPES.get(name, pl.String) for name in table.columns} | {_FURTHER: pl.String},
        separator="," if table.separator == b"::" else table.separator.decode(),
        quote_char=None,
        ignore_errors=True,
        truncate_ragged_lines=True,
        missing_columns="insert",
        row_index_name="line",
        row_index_offset=block.line,
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


def _one_by_one(table: _Table, block: Block, lines: Sequence[int]) -> tuple[pl.DataFrame, list[Problem]]:
    texts = block.data.split(b"\n") if lines else []
    read: list[tuple[Any, ...]] = []
    rejected: list[Problem] = []
    for line in lines:
        cells = table.cells(texts[line - block.line])
        if any(cells):
            result = _rating(table, line, cells)
            (rejected if isinstance(result, Problem) else read).append(result)  # type: ignore[arg-type]
    return pl.DataFrame(read, schema=SCHEMA, orient="row"), rejected


def _rating(table: _Table, line: int, cells: list[str]) -> tuple[Any, ...] | Problem:
    place = Place(table.path.name, line)
    if len(cells) < len(table.columns) or any(cells[len(table.columns) :]):
        reason = f"begins a row of {len(cells)} cells; the header has {len(table.columns)}"
        return Problem(place, table.columns[0], cells[0], reason)
    row = Row(place, dict(zip(table.columns, cells, strict=False)))
    try:
        return line, _id(row, "userId"), _id(row, "movieId"), _half_stars(row), _moment(row)
    except BadCell as error:
        return row.problem(error)


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
