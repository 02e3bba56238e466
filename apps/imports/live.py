"""The open streams of this process, each of one import's progress.

They are all in the process's event loop. Once a second all imports that somebody listens to are read by one query, in
one thread: neither threads nor queries grow with the number of streams.
"""

import asyncio
import contextvars
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections
from rest_framework.renderers import JSONRenderer

from apps.imports.api.serializers import ProgressSerializer
from apps.imports.models import Import
from movieverse import streams
from movieverse.api import etags
from movieverse.exceptions import DomainError, StoreUnavailable
from movieverse.processes import warn_of_absence

MOST_STREAMS = 20  # of a member
EVERY = 1.0  # seconds
LONGEST = 60.0  # seconds, after which a reader comes again, and has to be let in again

logger = logging.getLogger(__name__)

_reader = ThreadPoolExecutor(1, "imports")


class TooManyStreams(DomainError):
    status = 429
    code = "too-many-streams"
    detail = f"A member has at most {MOST_STREAMS} streams of imports open. Close one first."


class Listener(streams.Listener):
    def __init__(self, import_id: int, member_id: int, known: str = "") -> None:
        """`known` is the id of the last event that the reader has seen."""
        super().__init__()
        self.import_id, self.member_id, self._known = import_id, member_id, known
        self.last = b""
        self.until = time.monotonic() + LONGEST

    def news(self, row: Import) -> bytes:
        """The event that tells how far it is, unless the reader knows."""
        body = JSONRenderer().render(ProgressSerializer(row).data)
        etag = etags.completed("", body).strip('"')
        if etag == self._known:
            return b""
        self._known = etag
        return streams.event("progress", body, etag)

    def show(self, row: Import) -> None:
        news, is_over = self.news(row), row.to_do == Import.ToDo.NOTHING
        if news:
            self.last = news if is_over else b""
            self.tell(news)
        elif is_over and not self.last:
            self.end()


class Hub:
    """Works from the first stream on, as long as there is one."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._work: asyncio.Task[None] | None = None

    def require_room(self, member_id: int) -> None:
        if Counter(one.member_id for one in list(self._listeners))[member_id] >= MOST_STREAMS:
            raise TooManyStreams

    async def stream(self, listener: Listener) -> AsyncIterator[bytes]:
        """Until the import has come to its end, or the reader has to ask again."""
        self._listeners.add(listener)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run(), context=contextvars.Context())  # no request's own
        try:
            async for frame in listener.frames():
                yield frame
                if frame == listener.last:
                    return
        finally:
            self._listeners.discard(listener)

    async def _run(self) -> None:
        while self._listeners:
            try:
                loop = asyncio.get_running_loop()
                rows = await loop.run_in_executor(_reader, _read, {one.import_id for one in self._listeners})
                self._show(rows)
            except StoreUnavailable as error:
                warn_of_absence(error)
            except Exception:
                logger.exception("The streams of imports go on after an error.")
            await asyncio.sleep(EVERY)

    def _show(self, rows: dict[int, Import]) -> None:
        for listener in list(self._listeners):
            if listener.import_id in rows:
                listener.show(rows[listener.import_id])
            if listener.import_id not in rows or time.monotonic() > listener.until:
                listener.end()


hub = Hub()


def _read(import_ids: Collection[int]) -> dict[int, Import]:
    close_old_connections()
    return Import.objects.in_bulk(import_ids)
