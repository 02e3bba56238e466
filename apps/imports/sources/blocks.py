"""Large text files in blocks of whole lines, and those in columns: memory does not grow with the file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from apps.imports.sources.opening import LONGEST_LINE, SourceError, opened

SIZE = 5 * 1024 * 1024  # what an import has loaded it knows by the numbers of blocks: with another size they are others
_BOM = b"\xef\xbb\xbf"
_END, _OLD_END = b"\n", b"\r"
_NO_CELL = "\x01"  # what is between no cells


class Block(NamedTuple):
    number: int
    line: int  # the number of its first line
    data: bytes  # whole lines; the file's last one may have no end


def blocks(path: Path, size: int = SIZE) -> Iterator[Block]:
    """The file, unpacked and without a byte order mark."""
    with opened(path) as file:
        number, line, rest = 0, 1, b""
        while data := file.read(size):
            data = rest + (data if number or rest else data.removeprefix(_BOM))
            end = data.rfind(_END) + 1
            rest = data[end:]
            if end:
                yield Block(number, line, data[:end])
                number, line = number + 1, line + data.count(_END)
            if len(rest) > LONGEST_LINE:
                _refuse(path, line, rest)
        if rest:
            if rest.rstrip(_OLD_END).count(_OLD_END) > bool(number):  # in a row it may be, in a table of rows not
                _refuse(path, line, rest)
            yield Block(number, line, rest)


def _refuse(path: Path, line: int, rest: bytes) -> None:
    if _OLD_END in rest:
        raise SourceError(f"{path} has a line end by CR alone in line {line}: save it with the line ends of today.")
    raise SourceError(f"{path} is no table: line {line} is longer than {LONGEST_LINE >> 20} MiB.")


def in_columns(data: bytes, line: int, separator: str, width: int, types: Mapping[int, Any]) -> pl.DataFrame:
    """Lines of a table from that one on, as `line` and `c0`, `c1` …, null where a cell is not of the type wanted.

    `is_plain` says that a row has as many cells as the table, none in quotes: of others the columns say nothing. Blank
    lines are rows as well, so that lines can be counted.
    """
    cells, comma = (data, separator) if len(separator) == 1 else (data.replace(separator.encode(), b","), ",")
    rows = _read(cells, comma, {f"c{at}": types.get(at, pl.String) for at in range(width)})
    text = _read(data, _NO_CELL, {"text": pl.String})["text"]
    is_plain = (text.str.count_matches(separator, literal=True) == width - 1) & ~text.str.contains('"', literal=True)
    if comma != separator:
        is_plain &= ~text.str.contains(comma, literal=True)
    return rows.with_columns(is_plain=is_plain.fill_null(False)).with_row_index("line", line)


def _read(data: bytes, separator: str, schema: Mapping[str, Any]) -> pl.DataFrame:
    return pl.read_csv(
        data,
        has_header=False,
        schema=schema,
        separator=separator,
        quote_char=None,
        ignore_errors=True,
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
    )
