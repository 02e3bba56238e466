"""Counting costs nobody anything: it raises nothing, forgets nothing while others are away, and holds only so much."""

import importlib.util
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from movieverse import redis, tally
from movieverse.exceptions import StoreUnavailable
from tests.test_breaker import eventually


class Sink:
    """Remembers what it was given, unless it has to fail."""

    def __init__(self) -> None:
        self.counted: Counter[int] = Counter()
        self.error: Exception | None = None

    def __call__(self, counts: dict[int, float]) -> None:
        if self.error:
            raise self.error
        self.counted.update(counts)


def unshared(module: Any) -> Any:
    """The module anew, for what the cache's threads find out about Redis is not to be heard here."""
    copy = importlib.util.module_from_spec(module.__spec__)
    module.__spec__.loader.exec_module(copy)
    return copy


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Sink:
    """The only one, of "page". Nothing has been counted yet, and nothing is handed on by itself."""
    monkeypatch.setattr(tally, "_sinks", {})
    monkeypatch.setattr(tally, "_waiting", type(tally._waiting)(dict))
    monkeypatch.setattr(tally, "_looked", set())
    monkeypatch.setattr(tally, "redis", unshared(redis))
    found = Sink()
    tally.sink("page")(found)
    return found


@pytest.fixture
def alone(sink: Sink, settings: Any) -> Sink:
    settings.REDIS_URL = ""
    return sink


def test_counts_are_handed_on_together_and_once(alone: Sink):
    for page, weight in ((1, 1), (2, 0.5), (1, 2)):
        tally.add("page", page, weight)
    assert not alone.counted
    tally.flush()
    tally.flush()
    assert alone.counted == {1: 3, 2: 0.5}


@pytest.fixture
def soon(sink: Sink, monkeypatch: pytest.MonkeyPatch, in_time: Callable[[], None]) -> None:
    """What is counted is handed on by itself, at once."""
    for name in ("SECONDS_ALONE", "SECONDS_WITH_REDIS"):
        monkeypatch.setattr(tally, name, 0.01)
    monkeypatch.setattr(tally, "_hand_on_soon", in_time)


@pytest.mark.usefixtures("soon")
def test_what_was_counted_last_is_handed_on_though_nothing_more_is(alone: Sink):
    tally.add("page", 1)
    eventually(lambda: alone.counted == {1: 1})


@pytest.mark.usefixtures("soon")
def test_where_no_thread_can_be_had_counting_raises_nothing_and_the_next_one_hands_on(
    alone: Sink, monkeypatch: pytest.MonkeyPatch
):
    def refused(timer: Any) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as crowded:
        crowded.setattr(tally.threading.Timer, "start", refused)
        tally.add("page", 1)
    tally.add("page", 1)
    eventually(lambda: alone.counted == {1: 2})


def test_who_looks_again_and_again_counts_once_in_an_hour(alone: Sink, monkeypatch: pytest.MonkeyPatch):
    for page, who in ((1, "a"), (1, "a"), (1, "b"), (2, "a")):
        tally.add_once("page", page, who)
    monkeypatch.setattr(tally, "SECONDS_KNOWN", 0)
    tally.add_once("page", 1, "a")
    tally.flush()
    assert alone.counted == {1: 3, 2: 1}


@pytest.mark.usefixtures("soon")
def test_what_cannot_be_written_raises_nothing_and_is_written_later(alone: Sink):
    for alone.error in (StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused"), ValueError("worse")):
        tally.add("page", 1)
        time.sleep(0.05)
    assert not alone.counted
    alone.error = None
    eventually(lambda: alone.counted == {1: 2})


def test_what_nobody_wants_raises_nothing(alone: Sink, caplog: pytest.LogCaptureFixture):
    tally.add("misspelt", 1)
    tally.flush()
    assert "'misspelt' could not be handed on" in caplog.text


def test_only_so_many_objects_wait_and_those_are_counted_on(alone: Sink, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tally, "MOST_WAITING", 2)
    alone.error = ValueError("never")
    for page in (1, 2, 3, 1):
        tally.add("page", page)
    tally.flush()
    tally.add("page", 4)
    alone.error = None
    tally.flush()
    assert alone.counted == {1: 2, 2: 1}


@pytest.mark.usefixtures("soon")
def test_many_threads_count_and_hand_on_and_nothing_is_lost(alone: Sink):
    def count(thread: int) -> None:
        for number in range(2_000):
            tally.add("page", number % 7)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    tally.flush()
    assert alone.counted.total() == 16_000


def test_a_process_that_ends_hands_on_what_is_left():
    program = (
        "from django.conf import settings; settings.configure(REDIS_URL='');"
        "from movieverse import tally; tally.sink('page')(print); tally.add('page', 7)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "{7: 1}\n"


def test_so_does_a_process_of_the_web_server():
    """Which is forked, and hence ends without what Python does at an exit."""
    program = (
        "import multiprocessing\n"
        "def work():\n"
        "    from django.conf import settings; settings.configure(REDIS_URL='')\n"
        "    from movieverse import tally; tally.sink('page')(lambda counts: print(counts, flush=True))\n"
        "    tally.add('page', 7)\n"
        "multiprocessing.get_context('fork').Process(target=work).start()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "{7: 1}\n"


@pytest.fixture
def away(sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Sink:
    """Redis is configured, and nobody listens there."""
    client = pytest.importorskip("redis").Redis(port=1)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(tally, "_connection", lambda: client)
    return sink


@pytest.mark.usefixtures("unheard")
def test_while_redis_is_away_counts_wait_and_nobody_asks_it_twice(
    away: Sink, settings: Any, caplog: pytest.LogCaptureFixture
):
    for _ in range(5):
        tally.add("page", 1)
        tally.flush()
    tally.drain()
    assert caplog.text.count("Redis does not answer (Error 111 connecting to localhost:1.") == 1
    settings.REDIS_URL = ""
    tally.flush()
    assert away.counted == {1: 5}


@pytest.fixture
def shared(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Sink:
    """Counts go through the real Redis, which may take its time: a busy machine is no outage."""
    pool = tally._connection().connection_pool
    monkeypatch.setitem(pool.connection_kwargs, "socket_timeout", 10)
    pool.disconnect()
    tally._connection().delete(tally._key("page"), tally._key("page") + ":taken")
    return sink


@pytest.mark.servers
def test_redis_adds_up_what_processes_count_until_it_is_drained(shared: Sink):
    for _ in range(2):
        tally.add("page", 1, 2)
        tally.add("page", 2, 0.5)
        tally.flush()
    assert not shared.counted
    tally.drain()
    tally.drain()
    assert shared.counted == {1: 4, 2: 1}


@pytest.mark.servers
def test_what_a_drain_took_and_could_not_write_is_written_first_by_the_next_one(shared: Sink):
    shared.error = StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused")
    tally.add("page", 1)
    tally.flush()
    with pytest.raises(StoreUnavailable):
        tally.drain()
    tally.add("page", 2)
    tally.flush()
    shared.error = None
    tally.drain()
    assert shared.counted == {1: 1}
    tally.drain()
    assert shared.counted == {1: 1, 2: 1}


@pytest.mark.servers
def test_two_drains_at_once_delete_nothing_that_neither_has_written(shared: Sink):
    """The other one is done with the same counts in the middle of ours, and has taken new ones."""

    def meanwhile(counts: dict[int, float]) -> None:
        tally.sink("page")(shared)
        tally.drain()
        tally.add("page", 2)
        tally.flush()
        tally._connection().rename(tally._key("page"), tally._key("page") + ":taken")

    tally.add("page", 1)
    tally.flush()
    tally.sink("page")(meanwhile)
    tally.drain()
    tally.drain()
    assert shared.counted == {1: 1, 2: 1}
