"""The open streams of this process, each of one member's profile, and how they learn that it has changed.

They are all in the process's event loop. One thread hears from the store whose profiles have changed, another one reads
these, once for all streams: neither threads nor queries grow with the number of streams.
"""

import asyncio
import contextlib
import contextvars
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from django.db import close_old_connections, connections
from rest_framework.renderers import JSONRenderer

from apps.profiles.api.serializers import ProfileSerializer
from apps.profiles.models import Profile
from apps.profiles.stores import changes
from movieverse import streams
from movieverse.api import etags
from movieverse.exceptions import DomainError, StoreUnavailable
from movieverse.processes import warn_of_absence

MOST_STREAMS = 10  # of a member
UNAVAILABLE = streams.event("unavailable", b'{"store":"profiles"}')
_REST_WITHOUT_STORE, _REST_AFTER_ERROR = 1.0, 5.0  # seconds

Item = TypeVar("Item")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)

_readers = ThreadPoolExecutor(2, "profiles")


class TooManyStreams(DomainError):
    status = 429
    code = "too-many-streams"
    detail = f"A member has at most {MOST_STREAMS} streams of their profile open. Close one first."


class Shown(NamedTuple):
    """A profile as GET shows it, and the ETag that it has there."""

    etag: str
    event: bytes


class Listener(streams.Listener):
    def __init__(self, member_id: int, session_key: str, known: str = "") -> None:
        """`known` is the ETag of what the reader has seen already."""
        super().__init__()
        self.member_id, self.session_key = member_id, session_key
        self._known: str | None = known  # None: that it cannot be known

    def show(self, shown: Shown) -> None:
        if self._known != shown.etag:
            self._known = shown.etag
            self.tell(shown.event)

    def miss(self) -> None:
        if self._known is not None:
            self._known = None
            self.tell(UNAVAILABLE)


class Hub:
    """Works from the first stream on, and until there has been none for a moment."""

    def __init__(self) -> None:
        self._listeners: defaultdict[int, set[Listener]] = defaultdict(set)
        self._stale: set[int] = set()
        self._woken: asyncio.Event
        self._work: asyncio.Task[None] | None = None

    def require_room(self, member_id: int) -> None:
        if len(self._listeners.get(member_id, ())) >= MOST_STREAMS:
            raise TooManyStreams

    async def stream(self, listener: Listener) -> AsyncIterator[bytes]:
        self._join(listener)
        try:
            async for frame in listener.frames():
                yield frame
        finally:
            self._leave(listener)

    def _join(self, listener: Listener) -> None:
        self._listeners[listener.member_id].add(listener)
        if self._work is None or self._work.done():
            self._woken = asyncio.Event()
            self._work = asyncio.create_task(self._run(), context=contextvars.Context())  # no request's own
        self._wake({listener.member_id})

    def _leave(self, listener: Listener) -> None:
        others = self._listeners[listener.member_id]
        others.discard(listener)
        if not others:
            del self._listeners[listener.member_id]

    def _wake(self, members: set[int] | None = None) -> None:
        """Have these members' profiles read, or everybody's."""
        self._stale |= self._listeners.keys() if members is None else members
        self._woken.set()

    async def _run(self) -> None:
        stopped = threading.Event()
        following = (asyncio.get_running_loop(), stopped)
        threading.Thread(target=self._follow, args=following, name="changes of profiles", daemon=True).start()
        reading = asyncio.create_task(self._read_on())
        try:
            while self._listeners:
                await asyncio.sleep(streams.KEEP_ALIVE)
                await self._end_signed_out()
                self._wake()  # whoever writes without saying when is found out, too
        finally:
            stopped.set()
            reading.cancel()

    def _follow(self, loop: asyncio.AbstractEventLoop, stopped: threading.Event) -> None:
        """In a thread of its own."""
        while not (stopped.is_set() or loop.is_closed()):
            try:
                for members in changes(lambda: list(self._listeners), stopped):
                    self._wake_in(loop, members)
            except Exception as error:  # noqa: BLE001  whatever it is, the streams go on
                self._wake_in(loop)
                stopped.wait(_rest_after(error))
        connections.close_all()

    def _wake_in(self, loop: asyncio.AbstractEventLoop, members: set[int] | None = None) -> None:
        with contextlib.suppress(RuntimeError):  # of a loop that has ended, and its streams with it
            loop.call_soon_threadsafe(self._wake, members)

    async def _read_on(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            stale, self._stale = self._stale & self._listeners.keys(), set()
            try:
                shown = await _in_thread(profiles_shown, stale)
                self._show(shown)
                self._miss(stale - shown.keys())
            except Exception as error:  # noqa: BLE001  whatever it is, the next time it may be none the worse
                self._miss(stale)
                await asyncio.sleep(_rest_after(error))
                self._wake(stale)

    def _show(self, shown: Mapping[int, Shown]) -> None:
        for listener in self._of(shown):
            listener.show(shown[listener.member_id])

    def _miss(self, members: set[int]) -> None:
        for listener in self._of(members):
            listener.miss()

    async def _end_signed_out(self) -> None:
        listeners = self._of(self._listeners)
        try:
            signed_in = await _in_thread(streams.signed_in, {listener.session_key for listener in listeners})
        except Exception as error:  # noqa: BLE001  whatever it is, nobody can tell who is signed in
            _rest_after(error)
            return
        for listener in listeners:
            if listener.session_key not in signed_in:
                listener.end()

    def _of(self, members: Iterable[int]) -> list[Listener]:
        return [listener for member in members for listener in self._listeners.get(member, ())]


hub = Hub()


def profiles_shown(members: Collection[int]) -> dict[int, Shown]:
    """Without those that cannot be: others may have written there what is no profile."""
    rows = Profile.objects.in_bulk(members)
    shown = {}
    for member in members:
        try:
            shown[member] = _shown(rows.get(member) or Profile(pk=member, version=0))
        except Exception:
            logger.exception("The profile of user %s cannot be shown.", member)
    return shown


def _shown(profile: Profile) -> Shown:
    body = JSONRenderer().render(ProfileSerializer(profile).data)
    etag = etags.completed(etags.of_version(profile.version), body).strip('"')
    return Shown(etag, streams.event("profile", body, etag))


def _in_thread(ask: Callable[[Item], Result], item: Item) -> Awaitable[Result]:
    def asked() -> Result:
        close_old_connections()
        return ask(item)

    return asyncio.get_running_loop().run_in_executor(_readers, asked)


def _rest_after(error: Exception) -> float:
    if isinstance(error, StoreUnavailable):
        warn_of_absence(error)
        return _REST_WITHOUT_STORE
    logger.error("The streams of profiles go on after an error.", exc_info=error)
    return _REST_AFTER_ERROR
