"""Bodies of requests as they come: a piece at a time, whatever their size, and not waited for without end."""

from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Event, Thread
from typing import NamedTuple

from apps.imports.services.uploads_refusals import BodyStalled

PIECE = 64 * 1024
AHEAD = 8  # pieces that have been read and not yet been written
SILENCE = 20  # seconds


class Checksum(NamedTuple):
    algorithm: str
    digest: bytes


class Body(NamedTuple):
    read: Callable[[int], bytes]  # b"" or an OSError where the connection has ended
    length: int
    checksum: Checksum | None = None

    def pieces(self) -> Iterator[bytes]:
        """Until the body or its connection ends. Raises BodyStalled where neither has happened for SILENCE seconds.

        They are read by a thread of their own, for no server of ours gives up reading: a peer that has vanished
        without a word would hold the request's thread, and the upload's lock, for ever.
        """
        arrived: Queue[bytes] = Queue(AHEAD)
        over = Event()
        Thread(target=self._fetch, args=(arrived, over), daemon=True).start()
        try:
            while piece := arrived.get(timeout=SILENCE):
                yield piece
        except Empty:
            raise BodyStalled(SILENCE) from None
        finally:
            over.set()
            _drain(arrived)

    def _fetch(self, arrived: Queue[bytes], over: Event) -> None:
        left, piece = self.length, b" "
        while left and piece and not over.is_set():
            piece = self._next(min(PIECE, left))
            left -= len(piece)
            if piece:
                arrived.put(piece)
        arrived.put(b"")

    def _next(self, size: int) -> bytes:
        try:
            return self.read(size)
        except OSError:
            return b""


def _drain(arrived: Queue[bytes]) -> None:
    """Whoever waits for room in it may end."""
    while not arrived.empty():
        arrived.get_nowait()
