"""CSV files as people have them: packed or not, with or without a byte order mark, cells of any length."""

import csv
import gzip
import json
import math
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from apps.catalog.records import Problem

_GZIP = b"\x1f\x8b"
_LONGEST_CELL = 64 * 1024 * 1024  # Python's own limit is 128 KiB; whole casts are longer


class SourceError(Exception):
    """The files cannot be used at all. Its one line says which, and why."""


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
        number = self.number(column)
        if number is None or number.is_integer():
            return None if number is None else int(number)
        return self._bad(column, "is not a whole number")

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

    def problem(self, error: BadCell) -> Problem:
        return Problem(self.place, error.column, error.value, error.reason)

    def _bad(self, column: str, reason: str) -> Any:
        raise BadCell(column, self.text(column), reason)


def header_of(path: Path) -> list[str]:
    with _opened(path) as file:
        return [name.strip() for name in next(_reader(file), [])]


def rows_of(path: Path) -> Iterator[Row | Problem]:
    """The rows below the header; a row with too few or too many cells is a problem. Blank lines are passed over."""
    with _opened(path) as file:
        reader = _reader(file)
        header = [name.strip() for name in next(reader, [])]
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield _row(f"{path.name}, line {line}", header, cells)
            line = reader.line_num + 1


def _row(place: str, header: list[str], cells: list[str]) -> Row | Problem:
    if len(cells) == len(header):
        return Row(place, dict(zip(header, cells, strict=True)))
    return Problem(place, header[0], cells[0], f"begins a row of {len(cells)} cells; the header has {len(header)}")


def _reader(file: Iterable[str]) -> Any:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(file)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with _unpacked(path) as file:
            yield file
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path} is a damaged gzip file: {error}.") from None
    except csv.Error as error:
        raise SourceError(f"{path} is not a CSV file: {error}.") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None


def _unpacked(path: Path) -> TextIO:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    if packed:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")  # type: ignore[return-value]
    return path.open(encoding="utf-8-sig", newline="")
