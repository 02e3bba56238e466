"""The hub of live streams: who is told of what, when, and what becomes of it while a store is away."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.profiles import live
from apps.profiles.live import Hub, Listener
from apps.profiles.models import Profile
from apps.profiles.services import profile_delete, profile_update
from movieverse import streams
from movieverse.engines import breaker

MEMBER = 7


@pytest.fixture
def hub(committed: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    committed(Profile)
    readers = ThreadPoolExecutor(1)
    monkeypatch.setattr(live, "_readers", readers)
    monkeypatch.setattr(streams, "KEEP_ALIVE", 0.5)
    monkeypatch.setattr(streams, "signed_in", set)  # everybody is
    yield Hub()
    readers.submit(connections.close_all).result()
    for thread in threading.enumerate():
        if thread.name == "changes of profiles":
            thread.join(5)


Events = AsyncIterator[tuple[str, Any]]
Scenario = Callable[[], Any]


def run(scenario: Scenario) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 10))


async def events(stream: AsyncIterator[bytes]) -> Events:
    """Their names and data."""
    async for frame in stream:
        if frame.startswith(b"event: "):
            fields = dict(line.split(": ", 1) for line in frame.decode().splitlines() if line)
            yield fields["event"], json.loads(fields["data"])


def listening(hub: Hub, member: int = MEMBER, session: str = "session", known: str = "") -> Events:
    return events(hub.stream(Listener(member, session, known)))


async def say(bio: str, member: int = MEMBER) -> None:
    await asyncio.to_thread(_saying, bio, member)


def _saying(bio: str, member: int) -> None:
    profile_update(user_id=member, bio=bio)
    connections.close_all()


async def bio_of(stream: Events) -> str:
    name, profile = await anext(stream)
    assert name == "profile"
    return profile["bio"]


async def until_told(stream: Events, bio: str) -> None:
    """Of a store in memory a reader may see a profile that is being made, still empty, before."""
    while (told := await bio_of(stream)) != bio:
        assert told == ""


def test_a_stream_begins_with_the_profile_and_goes_on_with_each_change_within_a_second(hub: Hub):
    async def scenario() -> None:
        stream = listening(hub)
        assert await bio_of(stream) == ""
        for bio in ("first", "second"):
            await say(bio)
            async with asyncio.timeout(1):
                await until_told(stream, bio)

    run(scenario)


def test_everybody_is_told_of_their_own_profile_on_each_of_their_streams(hub: Hub):
    async def scenario() -> None:
        first, second, another = listening(hub), listening(hub), listening(hub, member=8)
        assert {await bio_of(stream) for stream in (first, second, another)} == {""}
        await say("mine")
        for stream in (first, second):
            await until_told(stream, "mine")
        await say("another's", member=8)
        await until_told(another, "another's")

    run(scenario)


def test_what_the_reader_knows_already_is_not_said_again(hub: Hub):
    async def scenario() -> None:
        await say("known")
        ((shown),) = (await asyncio.to_thread(_shown)).values()
        stream = listening(hub, known=shown.etag)
        asyncio.get_running_loop().call_later(0.6, lambda: asyncio.ensure_future(say("new")))
        assert await bio_of(stream) == "new"

    def _shown() -> Any:
        try:
            return live.profiles_shown([MEMBER])
        finally:
            connections.close_all()

    run(scenario)


def test_a_profile_that_is_deleted_is_an_empty_one(hub: Hub):
    def delete() -> None:
        profile_delete(user_id=MEMBER)
        connections.close_all()

    async def scenario() -> None:
        await say("soon gone")
        stream = listening(hub)
        assert await bio_of(stream) == "soon gone"
        await asyncio.to_thread(delete)
        assert await bio_of(stream) == ""

    run(scenario)


def test_a_store_that_goes_away_is_said_once_and_that_it_is_back_as_well(hub: Hub, take_away: Callable[[str], None]):
    async def scenario() -> None:
        stream = listening(hub)
        assert await bio_of(stream) == ""
        take_away("profiles")
        assert await anext(stream) == ("unavailable", {"store": "profiles"})
        following = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(1.5)
        assert not following.done(), "it was said a second time"
        breaker.forget()
        assert (await following)[0] == "profile"

    run(scenario)


def test_a_stream_that_begins_while_the_store_is_away_waits_for_it(hub: Hub, take_away: Callable[[str], None]):
    async def scenario() -> None:
        take_away("profiles")
        stream = listening(hub)
        assert (await anext(stream))[0] == "unavailable"
        breaker.forget()
        assert await bio_of(stream) == ""

    run(scenario)


def test_a_stream_ends_when_its_session_does_and_not_while_nobody_knows(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    def unknown(keys: set[str]) -> set[str]:
        raise connections["default"].unavailable("away")

    async def scenario() -> None:
        staying, ending = listening(hub, session="stays"), listening(hub, session="ends")
        for stream in (staying, ending):
            assert await bio_of(stream) == ""
        monkeypatch.setattr(streams, "signed_in", unknown)
        await asyncio.sleep(0.7)
        await say("both are there")
        assert {await bio_of(stream) for stream in (staying, ending)} == {"both are there"}
        monkeypatch.setattr(streams, "signed_in", lambda keys: keys - {"ends"})
        assert [event async for event in ending] == []
        await say("one is there")
        assert await bio_of(staying) == "one is there"

    run(scenario)


def test_a_source_of_changes_that_breaks_is_asked_again(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []

    def breaking(listened: Callable[[], list[int]], stopped: threading.Event) -> Iterator[set[int]]:
        asked.append(len(listened()))
        if len(asked) == 1:
            raise connections["profiles"].unavailable("away")
        stopped.wait(5)
        yield set()

    async def scenario() -> None:
        stream = listening(hub)
        assert await bio_of(stream) == ""
        while len(asked) < 2:
            await asyncio.sleep(0.1)
        await say("seen at the next look at all of them")
        assert await bio_of(stream) == "seen at the next look at all of them"

    monkeypatch.setattr(live, "changes", breaking)
    run(scenario)


def test_who_has_ten_streams_open_gets_no_eleventh_until_one_is_closed(hub: Hub):
    async def scenario() -> None:
        open_ones = [hub.stream(Listener(MEMBER, "session")) for _ in range(live.MOST_STREAMS)]
        for stream in open_ones:
            hub.require_room(MEMBER)
            await anext(stream)
        with pytest.raises(live.TooManyStreams):
            hub.require_room(MEMBER)
        hub.require_room(MEMBER + 1)
        await open_ones[0].aclose()
        hub.require_room(MEMBER)

    run(scenario)


def test_the_hub_rests_when_nobody_listens_and_begins_anew_with_the_next(hub: Hub):
    async def scenario() -> None:
        for _ in range(2):
            stream = hub.stream(Listener(MEMBER, "session"))
            await anext(stream)
            assert hub._work
            await stream.aclose()
            await asyncio.wait_for(hub._work, 5)

    run(scenario)


def test_one_whose_profile_cannot_be_shown_keeps_it_from_nobody_else(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    shown = live._shown

    def broken(profile: Profile) -> live.Shown:
        if profile.pk == MEMBER:
            raise TypeError("no profile")
        return shown(profile)

    monkeypatch.setattr(live, "_shown", broken)

    async def scenario() -> None:
        bad, good = listening(hub), listening(hub, MEMBER + 1)
        assert await anext(bad) == ("unavailable", {"store": "profiles"})
        assert await bio_of(good) == ""
        await say("fine", MEMBER + 1)
        assert await bio_of(good) == "fine"

    run(scenario)
