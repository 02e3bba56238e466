"""Tables of ratings, and ratings.dat of the old MovieLens sets: tens of millions of rows, so they are read in columns.

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
from apps.imports.sources import old_tables
from apps.imports.sources.blocks import Block, blocks, in_columns
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import BadCell, Row, header_of, named, row_of, separator_of

LARGEST_ID = 2**31 - 1
LONGEST_ID = 80  # characters
_FIRST_OF_SECONDS, _LAST_MOMENT = 100_000_000, 4_102_444_799  # the years 1973 and 2099; 20240531 is a day
_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Layout:
    """Which columns say who rated which film how, and when; without the last one it is now."""

    user: str = "userId"
    movie: str = "movieId"
    rating: str = "rating"
    moment: str = "timestamp"
    ids: Any = pl.Int64  # or pl.String; moments may then be ISO 8601 as well

    @property
    def columns(self) -> list[str]:
        return [name for name in (self.user, self.movie, self.rating, self.moment) if name]

    @property
    def types(self) -> dict[str, Any]:
        return {self.user: self.ids, self.movie: self.ids, self.rating: pl.Float64, self.moment: self.ids}

    @property
    def schema(self) -> dict[str, Any]:
        """Of the ratings that are read."""
        return {"line": pl.Int64, "user": self.ids, "movie": self.ids, "value": pl.Int64, "created_at": pl.String}


class Bad(NamedTuple):
    """A row that is no rating."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class _Table:
    path: Path
    layout: Layout
    columns: list[str]
    separator: str
    now: str

    def cells(self, line: bytes) -> list[str]:
        text = line.decode(errors="replace").rstrip("\r").replace("\r", " ")
        if self.separator == old_tables.SEPARATOR:
            return text.split(self.separator)
        return next(csv.reader([text], delimiter=self.separator), [])

    def column(self, name: str) -> pl.Expr:
        return pl.col(f"c{self.columns.index(name)}")


@dataclass(frozen=True)
class Chunk:
    """Some ratings: line, user, movie, value (half-stars), created_at (text, UTC); and the rows that are none."""

    table: _Table
    number: int
    first_line: int
    data: bytes
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)
    bad: list[Bad] = field(default_factory=list)

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.data.split(b"\n")

    def texts(self, line: int) -> list[str]:
        return self.table.cells(self._lines[line - self.first_line])

    def cells(self, line: int) -> dict[str, str]:
        return named(self.table.columns, self.texts(line))


def ratings_of(path: Path, layout: Layout = Layout()) -> Iterator[Chunk]:
    """In the order of the file. SourceError if it is no table of ratings."""
    table: _Table | None = None
    for block in blocks(path):
        if table is None:
            table, block = _begun(path, layout, block)
        yield _chunk(table, block)
    if table is None:
        raise SourceError(f"{path.name} is empty.")


def _begun(path: Path, layout: Layout, block: Block) -> tuple[_Table, Block]:
    """The old sets have no header."""
    now = datetime.now(UTC).strftime(_MOMENT)
    if columns := old_tables.columns_of(path):
        return _Table(path, layout, columns, old_tables.SEPARATOR, now), block
    first, _, rest = block.data.partition(b"\n")
    columns, separator = header_of(path), separator_of(first.decode())
    for name in layout.columns:
        if columns.count(name) != 1:
            has = "lacks the column" if name not in columns else "has several columns"
            raise SourceError(f"{path.name} is no table of ratings: it {has} {name}.")
    return _Table(path, layout, columns, separator, now), block._replace(line=block.line + 1, data=rest)


def _chunk(table: _Table, block: Block) -> Chunk:
    chunk = Chunk(table, block.number, block.line, block.data)
    _check_quotes(chunk)
    types = {table.columns.index(name): kind for name, kind in table.layout.types.items() if name}
    rows = in_columns(block.data, block.line, table.separator, len(table.columns), types)
    rows = rows.with_columns(created_at=_moments(table))
    good = _is_good(table)
    read, bad = _one_by_one(chunk, rows.filter(~good)["line"].to_list())
    told = rows.filter(good).select(_as_told(table))
    return replace(chunk, rows=pl.concat([told, read]).sort("line"), bad=bad)


def _check_quotes(chunk: Chunk) -> None:
    """What stands in a cell over several lines would be taken for rows."""
    for at, line in enumerate(chunk.data.split(b"\n")) if b'"' in chunk.data else ():
        if line.count(b'"') % 2:
            raise SourceError(
                f"{chunk.table.path.name} has a quote without its other half in line {chunk.first_line + at}: "
                "a table of ratings has each row in one line. Leave out the column of texts."
            )


def _moments(table: _Table) -> pl.Expr:
    layout = table.layout
    if not layout.moment:
        return pl.lit(table.now)
    told = table.column(layout.moment)
    if layout.ids != pl.String:
        return pl.from_epoch(pl.when(told.is_between(0, _LAST_MOMENT)).then(told)).dt.strftime(_MOMENT)
    seconds = told.cast(pl.Int64, strict=False)
    since_1970 = pl.from_epoch(pl.when(seconds.is_between(_FIRST_OF_SECONDS, _LAST_MOMENT)).then(seconds))
    moment = pl.coalesce(since_1970, told.str.to_datetime(_MOMENT, strict=False))
    return pl.when(moment.dt.year().is_between(1970, 2099)).then(moment).dt.strftime(_MOMENT)


def _is_good(table: _Table) -> pl.Expr:
    halves = table.column(table.layout.rating) * 2
    return pl.all_horizontal(
        pl.col("is_plain"),
        _is_id(table, table.layout.user),
        _is_id(table, table.layout.movie),
        halves.is_between(1, 10) & (halves == halves.floor()),
        pl.col("created_at").is_not_null(),
    ).fill_null(False)


def _is_id(table: _Table, name: str) -> pl.Expr:
    """Texts with spaces around them are read one by one."""
    if table.layout.ids == pl.String:
        return table.column(name).str.contains(rf"^\S{{1,{LONGEST_ID}}}$")
    return table.column(name).is_between(1, LARGEST_ID)


def _as_told(table: _Table) -> list[pl.Expr]:
    return [
        pl.col("line").cast(pl.Int64),
        table.column(table.layout.user).alias("user"),
        table.column(table.layout.movie).alias("movie"),
        (table.column(table.layout.rating) * 2).cast(pl.Int64).alias("value"),
        pl.col("created_at"),
    ]


# --- Row by row -----------------------------------------------------------------------------------


def _one_by_one(chunk: Chunk, lines: Sequence[int]) -> tuple[pl.DataFrame, list[Bad]]:
    read: list[tuple[Any, ...]] = []
    bad: list[Bad] = []
    for line in lines:
        if any(cells := chunk.texts(line)):
            result = _rating(chunk.table, line, cells)
            (bad if isinstance(result, Bad) else read).append(result)  # type: ignore[arg-type]
    return pl.DataFrame(read, schema=chunk.table.layout.schema, orient="row"), bad


def _rating(table: _Table, line: int, cells: list[str]) -> tuple[Any, ...] | Bad:
    layout, row = table.layout, row_of(Place(table.path.name, line), table.columns, cells)
    if isinstance(row, Problem):
        return Bad(line, row.column, row.value, row.reason)
    id_of = _name if layout.ids == pl.String else _number
    try:
        moment = _moment(row, layout) if layout.moment else table.now
        return line, id_of(row, layout.user), id_of(row, layout.movie), _half_stars(row, layout.rating), moment
    except BadCell as error:
        return Bad(line, error.column, error.value, error.reason)


def _number(row: Row, column: str) -> int:
    number = row.whole(column)
    if number is None or not 1 <= number <= LARGEST_ID:
        raise BadCell(column, row.text(column), "is no id: a whole number from 1 on")
    return number


def _name(row: Row, column: str) -> str:
    name = row.required(column)
    if len(name) > LONGEST_ID:
        raise BadCell(column, name, f"is longer than {LONGEST_ID} characters")
    return name


def _half_stars(row: Row, column: str) -> int:
    stars = row.number(column)
    if stars is None or not 1 <= stars * 2 <= 10 or not (stars * 2).is_integer():
        raise BadCell(column, row.text(column), "is no rating: 0.5 to 5 stars, in halves")
    return int(stars * 2)


def _moment(row: Row, layout: Layout) -> str:
    text = row.text(layout.moment)
    if layout.ids == pl.String and not (text.isdecimal() and int(text) >= _FIRST_OF_SECONDS):
        return _iso(row, layout.moment)
    seconds = row.whole(layout.moment)
    if seconds is None or seconds > _LAST_MOMENT:
        raise BadCell(layout.moment, text, "is no moment: seconds since 1970")
    return datetime.fromtimestamp(seconds, UTC).strftime(_MOMENT)


def _iso(row: Row, column: str) -> str:
    """Without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(row.text(column))
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        moment = datetime.min.replace(tzinfo=UTC)
    if not 0 <= moment.timestamp() <= _LAST_MOMENT:
        raise BadCell(column, row.text(column), "is no moment: seconds since 1970, or such as 2024-05-31 20:15:00")
    return moment.strftime(_MOMENT)
