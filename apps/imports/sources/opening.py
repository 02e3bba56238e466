"""Files as they come, packed or not. What is no text in lines is refused, in little memory, however big it is."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NoReturn, TextIO

LONGEST_LINE = 1 << 20  # bytes; the longest that a known data set has, a whole cast, is a tenth of that
MOST_UNPACKED = 32 << 30
MOST_PACKED = 200  # times smaller than what it holds; tables of numbers are packed to a tenth
_PACKED_FROM = 4 << 20  # bytes on: what is small may be as small as it likes
_BLOCK = 1 << 18

_GZIP = b"\x1f\x8b"
_BINARY = {
    b"PK\x03\x04": "a ZIP archive, as a spreadsheet's own file is: save it as “CSV UTF-8”, or unpack it",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"SQLite format 3\0": "a SQLite database",
    b"PAR1": "a Parquet file",
    b"BZh": "packed by bzip2: pack it by gzip, or not at all",
    b"\xfd7zXZ": "packed by xz: pack it by gzip, or not at all",
    b"\x28\xb5\x2f\xfd": "packed by zstd: pack it by gzip, or not at all",
    _GZIP: "packed twice: unpack it once",
}
_UTF_16 = "is UTF-16 text: save it as UTF-8, in a spreadsheet as “CSV UTF-8”"


class SourceError(Exception):
    """The files cannot be used at all. Its one line says which, and why."""


def is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP


@contextmanager
def opened(path: Path, encoding: str = "utf-8") -> Iterator[BinaryIO]:
    """The file's bytes, unpacked. Raises SourceError, also while they are read."""
    try:
        with path.open("rb") as file, _Checked(path, file, encoding, packed=is_packed(path)) as checked:
            yield io.BufferedReader(checked, _BLOCK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path} is a damaged gzip file: {error}.") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None


@contextmanager
def opened_text(path: Path) -> Iterator[TextIO]:
    with opened(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        yield text


class _Checked(io.RawIOBase):
    """Looks at each block before anybody keeps it."""

    def __init__(self, path: Path, file: BinaryIO, encoding: str, *, packed: bool) -> None:
        self.path, self._file, self._packed = path, file, packed
        self._source: BinaryIO = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._bytes = self._lines = self._in_line = 0  # read so far; the last is since the last line's end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._source.read(min(len(buffer), _BLOCK))
        self._check(block)
        buffer[: len(block)] = block
        return len(block)

    def _check(self, block: bytes) -> None:
        if not self._bytes:
            self._check_kind(block)
        self._check_text(block)
        self._check_line(block)
        self._bytes += len(block)
        self._lines += block.count(b"\n")
        if self._packed:
            self._check_size()

    def _check_kind(self, block: bytes) -> None:
        is_marked = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if is_marked or any(set(block[at:40:2]) == {0} for at in (0, 1)):
            self._refuse(_UTF_16)
        for beginning, what in _BINARY.items():
            if block.startswith(beginning):
                self._refuse(f"is {what}")

    def _check_text(self, block: bytes) -> None:
        if (at := block.find(b"\0")) >= 0:
            self._refuse(f"is no text: there is a NUL byte in line {self._line(block, at)}")
        pending = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = self._line(block, max(0, error.start - pending))
            found = f"byte 0x{error.object[error.start]:02x} in line {line}"
            self._refuse(f"is not UTF-8 text: {found}{_guess(error.object)}. Save it as UTF-8")

    def _line(self, block: bytes, at: int) -> int:
        return self._lines + block.count(b"\n", 0, at) + 1

    def _check_line(self, block: bytes) -> None:
        """Within a block no line can be too long: it is one that goes on from block to block."""
        ends = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
        self._in_line += min(ends, default=len(block))
        if self._in_line > LONGEST_LINE:
            longest = f"{LONGEST_LINE >> 20} MiB"
            self._refuse(f"is no table: line {self._lines + 1} is longer than {longest}. A table has a row a line")
        if ends:
            self._in_line = len(block) - 1 - max(block.rfind(b"\n"), block.rfind(b"\r"))

    def _check_size(self) -> None:
        if self._bytes > MOST_UNPACKED:
            self._refuse(f"holds more than {MOST_UNPACKED >> 30} GiB: split it")
        if self._bytes > max(_PACKED_FROM, MOST_PACKED * self._file.tell()):
            self._refuse(f"is packed to less than a {MOST_PACKED}th, as no table is: unpack it")

    def _refuse(self, why: str) -> NoReturn:
        raise SourceError(f"{self.path} {why}.")


def _guess(block: bytes) -> str:
    """Western letters of one byte each between plain ones, which every spreadsheet still writes."""
    with suppress(UnicodeDecodeError):
        text = block.decode("cp1252")
        if sum(not char.isascii() and char.isalpha() for char in text) * 4 < len(text):
            return ", as in Latin-1 (Windows-1252)"
    return ""
