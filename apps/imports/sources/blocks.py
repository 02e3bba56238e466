"""Large text files in blocks of whole lines: memory does not grow with the file, nor with a line of it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from apps.imports.sources.opening import opened

SIZE = 8 * 1024 * 1024
FURTHER = "further cells"  # the column of what stands beyond the header
_BOM = b"\xef\xbb\xbf"
_END = b"\n"


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
        if rest:
            yield Block(number, line, rest)


def in_columns(
    data: bytes, line: int, separator: str, columns: Sequence[str], types: Mapping[str, Any]
) -> pl.DataFrame:
    """Lines of a table from that one on, with null for what cannot be read, or is in quotes.

    Blank lines are rows of nulls, so that lines can be counted.
    """
    return pl.read_csv(
        data,
        has_header=False,
        schema={name: types.get(name, pl.String) for name in columns} | {FURTHER: pl.String},
        separator=separator,
        quote_char=None,
        ignore_errors=True,
        truncate_ragged_lines=True,
        missing_columns="insert",
        row_index_name="line",
        row_index_offset=line,
    )
