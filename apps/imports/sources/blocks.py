"""Large text files in blocks of whole lines: memory does not grow with the file, nor with a line of it."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from apps.imports.sources.tables import SourceError

SIZE = 8 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_END = b"\n"


class Block(NamedTuple):
    number: int
    line: int  # the number of its first line
    data: bytes  # whole lines; the file's last one may have no end


def blocks(path: Path, size: int = SIZE) -> Iterator[Block]:
    """The file, unpacked. SourceError for what is no text: a zero byte, a line without an end."""
    with _opened(path) as file:
        number, line, rest = 0, 1, b""
        while data := file.read(size):
            data = rest + (data.removeprefix(_BOM) if not number and not rest else data)
            end = data.rfind(_END) + 1
            rest = data[end:]
            if len(rest) > LONGEST_LINE:
                place = f"{path.name}, line {line + data.count(_END)}"
                raise SourceError(f"{place} is longer than {LONGEST_LINE:,} bytes.")
            if end:
                yield _checked(path, Block(number, line, data[:end]))
                number, line = number + 1, line + data.count(_END)
        if rest:
            yield _checked(path, Block(number, line, rest))


def _checked(path: Path, block: Block) -> Block:
    zero = block.data.find(b"\0")
    if zero < 0:
        return block
    line = block.line + block.data.count(_END, 0, zero)
    raise SourceError(
        f"{path.name}, line {line} has a zero byte: this is no text, or text in UTF-16. Save it as UTF-8."
    )


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]
