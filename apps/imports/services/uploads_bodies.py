"""Bodies of requests as they come: a piece at a time, whatever their size."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

PIECE = 64 * 1024


class Checksum(NamedTuple):
    algorithm: str
    digest: bytes


class Body(NamedTuple):
    read: Callable[[int], bytes]  # b"" or an OSError where the connection has ended
    length: int
    checksum: Checksum | None = None

    def pieces(self) -> Iterator[bytes]:
        """Until the body ends, or its connection."""
        left = self.length
        while left and (piece := self._next(min(PIECE, left))):
            left -= len(piece)
            yield piece

    def _next(self, size: int) -> bytes:
        try:
            return self.read(size)
        except OSError:
            return b""
