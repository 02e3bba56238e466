"""Large text files in blocks of whole lines: memory does not grow with the file, nor with a line of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from apps.imports.sources.opening import opened

SIZE = 8 * 1024 * 1024
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
