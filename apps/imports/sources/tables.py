"""CSV files as people have them: packed or not, with or without a byte order mark, cells of any length.

The header tells whether commas, tabs or semicolons are between the cells.
"""

import ast
import csv
import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, TextIO, TypeVar

from apps.catalog.records import Place, Problem
from apps.imports.sources import old_tables
from apps.imports.sources.opening import SourceError, opened_text

__all__ = ["BadCell", "Row", "SourceError", "cells_of", "header_of", "named", "read_rows", "rows_of", "separator_of"]

Result = TypeVar("Result")

_LONGEST_CELL = 8 * 1024 * 1024  # Python's own limit is 128 KiB; whole casts are longer
_LONGEST_ROW = 16 * 1024 * 1024  # characters, in however many lines
_MOST_CELLS = 10_000  # of a row
_BEST_SCORE = 10
_LONGEST_LITERAL = 10_000  # characters that Python's reader of literals takes without harm, whatever they are
_SEPARATORS = ",\t;"

csv.field_size_limit(_LONGEST_CELL)  # of the process: whoever writes a table anew reads it by this module's rules


class BadCell(Exception):
    """A cell that makes its row unusable."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        self.column, self.value, self.reason = column, value, reason
        super().__init__(column, value, reason)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. Its readers raise BadCell for what they cannot use; an empty cell is None or empty."""

    place: str
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return self.cells[column].strip()

    def required(self, column: str) -> str:
        return self.text(column) or self._bad(column, "is empty")

    def whole(self, column: str) -> int | None:
        """A whole number, also one written as `162.0`."""
        raw, number = self.text(column), self.number(column)
        if number is None or number.is_integer():
            return None if number is None else int(raw if raw.isdigit() else number)  # which a float would round
        return self._bad(column, "is not a whole number")

    def score(self, column: str) -> float | None:
        """A number from 0 to 10."""
        number = self.number(column)
        return number if number is None or number <= _BEST_SCORE else self._bad(column, f"is more than {_BEST_SCORE}")

    def number(self, column: str) -> float | None:
        """A number that is not negative."""
        raw = self.text(column)
        if not raw:
            return None
        try:
            number = float(raw)
        except ValueError:
            return self._bad(column, "is not a number")
        if not math.isfinite(number) or "_" in raw:
            return self._bad(column, "is not a number")
        return number if number >= 0 else self._bad(column, "is negative")

    def day(self, column: str) -> date | None:
        raw = self.text(column)
        try:
            return date.fromisoformat(raw) if raw else None
        except ValueError:
            return self._bad(column, "is not a date such as 1995-12-15")

    def objects(self, column: str) -> list[dict[str, Any]]:
        """A JSON list of objects."""
        raw = self.text(column)
        try:
            value = json.loads(raw) if raw else []
        except (ValueError, RecursionError) as error:
            return self._bad(column, f"is not JSON ({error})")
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        return self._bad(column, "is not a list of JSON objects")

    def literals(self, column: str) -> list[str]:
        """A list of texts as Python writes it, such as `['crime', 'drama']`."""
        raw = self.text(column)
        if len(raw) > _LONGEST_LITERAL:
            return self._bad(column, f"is longer than {_LONGEST_LITERAL:,} characters")
        try:
            value = ast.literal_eval(raw) if raw else []
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            value = None
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        return self._bad(column, "is not a list of texts such as ['crime', 'drama']")

    def problem(self, error: BadCell) -> Problem:
        return Problem(self.place, error.column, error.value, error.reason)

    def _bad(self, column: str, reason: str) -> Any:
        raise BadCell(column, self.text(column), reason)


def header_of(path: Path) -> list[str]:
    """The names of the columns, also of an old table, which does not say them."""
    if columns := old_tables.columns_of(path):
        return columns
    with _opened(path) as file:
        return _header(_Records(file))


def rows_of(path: Path) -> Iterator[Row | Problem]:
    """The rows below the header; a row with too few or too many cells is a problem. Blank ones are passed over."""
    for line, header, cells in _lines_of(path):
        yield row_of(Place(path.name, line), header, cells)


def cells_of(path: Path, lines: Collection[int]) -> Iterator[tuple[int, dict[str, str]]]:
    """The cells of the rows that begin at some lines, as they stand there."""
    last = max(lines, default=0)
    for line, header, cells in _lines_of(path) if lines else ():
        if line in lines:
            yield line, named(header, cells)
        if line >= last:
            return


def named(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A row's cells by their columns, empty where it has too few; what is beyond the header is `+1`, `+2`."""
    beyond = (f"+{number}" for number in range(1, len(cells) - len(header) + 1))
    return dict(zip_longest([*header, *beyond], cells, fillvalue=""))


def _lines_of(path: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    if columns := old_tables.columns_of(path):
        yield from ((line, columns, cells) for line, cells in old_tables.lines_of(path) if any(cells))
        return
    with _opened(path) as file:
        reader = _Records(file)
        header = _header(reader)
        line = reader.line_num + 1
        for cells in reader:
            if any(cells):
                yield line, header, cells
            line = reader.line_num + 1


def read_rows(
    rows: Path | Iterable[Row | Problem], read: Callable[[Row], Result], problems: list[Problem]
) -> Iterator[Result]:
    """What `read` makes of each row. The rows that it can make nothing of become problems."""
    for row in rows_of(rows) if isinstance(rows, Path) else rows:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        try:
            result = read(row)
        except BadCell as error:
            problems.append(row.problem(error))
        else:
            yield result


def _header(reader: Iterator[list[str]]) -> list[str]:
    """The names of the columns. A separator at the line's end makes none."""
    names = [name.strip() for name in next(reader, [])]
    while names and not names[-1]:
        names.pop()
    return names


def row_of(place: Place, header: Sequence[str], cells: Sequence[str]) -> Row | Problem:
    if len(cells) >= len(header) and not any(cells[len(header) :]):
        return Row(place, dict(zip(header, cells, strict=False)))
    return Problem(place, header[0], cells[0], f"begins a row of {len(cells)} cells; the header has {len(header)}")


class _Records:
    """The cells of each row of a file. Raises csv.Error for one that is longer, or has more cells, than any table's."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._length = file, 0
        self._first_line = file.readline()
        self._reader = csv.reader(self._lines(), delimiter=separator_of(self._first_line))

    @property
    def line_num(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        self._length = 0
        cells = next(self._reader)
        if len(cells) > _MOST_CELLS:
            raise csv.Error(f"the row that ends in line {self.line_num} has more than {_MOST_CELLS:,} cells")
        return cells

    def _lines(self) -> Iterator[str]:
        for line in chain([self._first_line], self._file):
            self._length += len(line)
            if self._length > _LONGEST_ROW:
                raise csv.Error(f"the row around line {self.line_num} is longer than {_LONGEST_ROW >> 20} MiB")
            yield line


def separator_of(line: str) -> str:
    """What parts the line into the most cells; a comma if nothing does."""
    return max(_SEPARATORS, key=lambda one: len(next(csv.reader([line], delimiter=one), [])))


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with opened_text(path) as file:
            yield file
    except csv.Error as error:
        raise SourceError(f"{path} is not a CSV file: {error}.") from None
