"""Streams of how far imports are: who is told of what, and when they end."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.imports import live
from apps.imports.live import Hub, Listener
from apps.imports.models import Import
from movieverse.engines import breaker


@pytest.fixture
def hub(committed: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    committed(Import)
    reader = ThreadPoolExecutor(1)
    monkeypatch.setattr(live, "_reader", reader)
    monkeypatch.setattr(live, "EVERY", 0.05)
    yield Hub()
    reader.submit(connections.close_all).result()


def run(scenario: Callable[[], Any]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 10))


async def events(stream: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    async for frame in stream:
        if frame.startswith(b"event: "):
            yield json.loads(frame.split(b"data: ")[1])


def listening(hub: Hub, row: Import, known: str = "") -> AsyncIterator[Any]:
    return events(hub.stream(Listener(row.pk, 7, known)))


async def become(row: Import, **fields: Any) -> None:
    def write() -> None:
        Import.objects.filter(pk=row.pk).update(**fields)
        connections.close_all()

    await asyncio.to_thread(write)


DONE: dict[str, Any] = {"state": "completed", "to_do": ""}


def test_a_stream_tells_how_far_it_is_whenever_that_changes_and_ends_with_the_import(hub: Hub):
    row = Import.objects.create(dataset="netflix")

    async def scenario() -> None:
        stream = listening(hub, row)
        assert (await anext(stream))["state"] == "queued"
        progress = {"stage": "titles", "done": 50, "total": 150, "per_second": 10.0}
        counts = {"movies": {"created": 40, "updated": 2, "unchanged": 5, "rejected": 3}}
        await become(row, state="started", progress=progress, counts=counts, rows_read=50)
        told = await anext(stream)
        assert told["rows"] == {"read": 50, "written": 42, "rejected": 3}
        assert told["progress"] == progress | {"seconds_left": 10.0}
        await become(row, **DONE)
        assert [one["state"] async for one in stream] == ["completed"]

    run(scenario)


def test_one_that_is_being_cleaned_up_goes_on(hub: Hub):
    row = Import.objects.create(dataset="netflix", state="cancelled", to_do="clean")

    async def scenario() -> None:
        stream = listening(hub, row)
        assert (await anext(stream))["is_clean"] is False
        await become(row, to_do="")
        assert [one["is_clean"] async for one in stream] == [True]

    run(scenario)


def test_what_the_reader_knows_is_not_said_again(hub: Hub):
    row = Import.objects.create(dataset="netflix", **DONE)
    frame = Listener(row.pk, 7).news(row)
    known = frame.split(b"id: ")[1].split(b"\n")[0].decode()

    async def scenario() -> None:
        assert [one async for one in listening(hub, row, known)] == []

    run(scenario)


def test_a_hundred_streams_take_one_query_and_one_thread(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    rows = [Import.objects.create(dataset="netflix") for _ in range(5)]
    asked: list[int] = []
    read = live._read
    monkeypatch.setattr(live, "_read", lambda ids: asked.append(len(ids)) or read(ids))

    async def scenario() -> None:
        threads = threading.active_count()
        open_ones = [listening(hub, rows[number % 5]) for number in range(100)]
        told = await asyncio.gather(*(anext(stream) for stream in open_ones))
        assert {one["id"] for one in told} == {row.pk for row in rows}
        assert threading.active_count() <= threads + 1
        before = len(asked)
        await asyncio.sleep(0.3)
        assert len(asked) - before <= 7
        while len(asked) == before:  # on a busy machine
            await asyncio.sleep(0.1)
        assert set(asked[before:]) == {5}

    run(scenario)


def test_a_store_that_is_away_is_waited_for(hub: Hub, take_away: Callable[[str], None]):
    row = Import.objects.create(dataset="netflix")

    async def scenario() -> None:
        stream = listening(hub, row)
        await anext(stream)
        take_away("default")
        following = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.3)
        assert not following.done()
        breaker.forget()
        await become(row, rows_read=7)
        assert (await following)["rows"]["read"] == 7

    run(scenario)


def test_a_stream_ends_after_a_while_so_that_its_reader_is_let_in_again(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "LONGEST", 1.0)
    row = Import.objects.create(dataset="netflix")

    async def scenario() -> None:
        assert [one["state"] async for one in listening(hub, row)] == ["queued"]

    run(scenario)


def test_one_that_is_gone_ends_its_streams_and_the_hub_rests(hub: Hub):
    row = Import.objects.create(dataset="netflix")

    async def scenario() -> None:
        stream = listening(hub, row)
        await anext(stream)
        await asyncio.to_thread(lambda: (Import.objects.all().delete(), connections.close_all()))
        assert [one async for one in stream] == []
        assert hub._work
        await asyncio.wait_for(hub._work, 5)

    run(scenario)


def test_who_has_many_streams_open_gets_no_more(hub: Hub):
    row = Import.objects.create(dataset="netflix")

    async def scenario() -> None:
        open_ones = [hub.stream(Listener(row.pk, 7)) for _ in range(live.MOST_STREAMS)]
        for stream in open_ones:
            hub.require_room(7)
            await anext(stream)
        with pytest.raises(live.TooManyStreams):
            hub.require_room(7)
        hub.require_room(8)

    run(scenario)
