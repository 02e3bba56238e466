"""What processes tell each other through Redis: two levels, as two processes have them."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

pytest.importorskip("django_redis")

from django.core.management import CommandError, call_command
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from movieverse import redis
from movieverse.cache import shared, subscription
from movieverse.cache.builders import Builders
from movieverse.cache.declaring import Shown
from movieverse.cache.entries import Entry, Key
from movieverse.cache.shared import SharedLevel
from movieverse.cache.tags import MOST_NAMED, touched_by
from movieverse.exceptions import StoreUnavailable

pytestmark = pytest.mark.servers

KEY = Key("http", "localhost", "/api/v1/movies/5/", "")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy for a second is no outage."""
    monkeypatch.setattr(subscription, "PROMPT", 10.0)
    monkeypatch.setattr(subscription, "LOST_AFTER", 10.0)


@pytest.fixture
def one() -> Iterator[SharedLevel]:
    yield from standing()


@pytest.fixture
def other() -> Iterator[SharedLevel]:
    yield from standing()


def standing() -> Iterator[SharedLevel]:
    level = SharedLevel()
    level.subscription.start()
    eventually(level.subscription.is_prompt)
    yield level
    level.subscription._hear_until = rest  # type: ignore[method-assign]


def rest(*args: Any) -> None:
    """For good: a thread that went on would touch everything, in another test, whenever it has lost Redis."""
    threading.Event().wait()


def eventually(holds: Callable[[], Any], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def entry(mark: Any, *tags: str) -> Entry:
    headers = {"content-type": ("Content-Type", "application/json"), "etag": ("ETag", '"1-x"')}
    made = Entry("movie", 200, headers, b"{}", b"", build_seconds=0.1, fresh=60, kept=3600, public=True)
    return made.showing(Shown(frozenset(tags), ("view", 5)), mark)


def keep(level: SharedLevel, *tags: str) -> None:
    level.keep(KEY, entry(level.mark(), *tags))


def test_what_one_process_keeps_another_one_finds_whole(one: SharedLevel, other: SharedLevel):
    keep(one, "movie:5", "genre")
    found, kept = other.find(KEY), one.recall(KEY)
    assert found
    assert kept
    assert found == replace(kept, mark=list(kept.mark))
    assert other.recall(KEY) is found


@pytest.mark.parametrize("tag", ["movie:5", "genre", "*", "movie:*"])
def test_a_touch_reaches_every_process(one: SharedLevel, other: SharedLevel, tag: str):
    keep(one, "movie:5", "genre")
    assert other.find(KEY)
    one.touch([tag])
    assert one.find(KEY) is None
    eventually(lambda: other.recall(KEY) is None, seconds=0.1)
    assert other.find(KEY) is None


def test_a_touch_of_something_else_is_nothing_to_it(one: SharedLevel, other: SharedLevel):
    keep(one, "movie:5", "genre")
    one.touch(touched_by([("movie", 6), ("person", 5)]))
    assert one.find(KEY)
    assert other.find(KEY)


def test_a_change_of_more_rows_than_are_named_is_one_of_any(one: SharedLevel):
    keep(one, "movie:5")
    one.touch(touched_by([("movie", number) for number in range(100, 101 + MOST_NAMED)]))
    assert one.find(KEY) is None


def test_what_is_touched_while_an_answer_is_built_makes_it_invalid(one: SharedLevel, other: SharedLevel):
    mark = one.mark()
    other.touch(["movie:5"])
    one.keep(KEY, entry(mark, "movie:5"))
    eventually(lambda: one.find(KEY) is None, seconds=1)  # once it has heard of it
    assert other.find(KEY) is None


def test_what_is_touched_while_it_is_fetched_does_not_stay_in_memory(
    one: SharedLevel, other: SharedLevel, monkeypatch: pytest.MonkeyPatch
):
    keep(one, "movie:5")
    valid = shared._valid

    def held_up(client: Any, key: Any) -> Any:
        found = valid(client, key)
        generation = other.memory.generation
        one.touch(["movie:5"])
        eventually(lambda: other.memory.generation > generation)
        return found

    monkeypatch.setattr(shared, "_valid", held_up)
    other.find(KEY)
    assert other.recall(KEY) is None


def test_one_process_at_a_time_builds(one: SharedLevel, other: SharedLevel):
    assert one.claim(KEY)
    assert not other.claim(KEY)
    assert other.claimant(KEY)
    one.release(KEY)
    assert not other.claimant(KEY)
    assert other.claim(KEY)


def test_who_has_built_for_too_long_does_not_end_the_next_ones_claim(
    one: SharedLevel, other: SharedLevel, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shared, "LONGEST_BUILD", 1)
    assert one.claim(KEY)
    monkeypatch.undo()
    eventually(lambda: other.claim(KEY))
    one.release(KEY)
    assert one.claimant(KEY)
    other.release(KEY)
    assert not one.claimant(KEY)


def test_of_what_is_never_kept_nobody_waits_for_builder_after_builder(one: SharedLevel, other: SharedLevel):
    answers = Builders(other)
    start = time.monotonic()

    def build(mark: Any) -> Entry:
        time.sleep(0.05)
        return entry(mark)

    def ask_on_and_on() -> None:
        builders = Builders(one)
        while time.monotonic() < start + 2:
            builders.found(KEY, build)

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask_on_and_on)
        while time.monotonic() < start + 1:
            before = time.monotonic()
            answers.found(KEY, build)
            assert time.monotonic() - before < 0.5
        asking.result()


def test_that_redis_is_back_is_found_by_whoever_listens_and_not_left_to_the_first_request(
    one: SharedLevel, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(redis, "AWAY_SECONDS", 60)
    redis.note_away(ConnectionError("away"))
    eventually(redis.may_be_asked)
    assert all(redis.may_be_asked() for _ in range(10))


def test_whoever_clears_in_vain_is_told(one: SharedLevel, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(redis, "may_be_asked", lambda: False)
    with pytest.raises(CommandError, match="Redis is out of reach"):
        call_command("cache", "clear")


def test_a_touch_that_redis_did_not_take_is_made_up_for(
    one: SharedLevel, other: SharedLevel, monkeypatch: pytest.MonkeyPatch
):
    keep(one, "movie:5")
    assert other.find(KEY)
    with monkeypatch.context() as away:
        away.setattr(redis, "may_be_asked", lambda: False)
        one.touch(["movie:5"])
    eventually(lambda: other.recall(KEY) is None, seconds=1)
    assert one.find(KEY) is None
    assert other.find(KEY) is None


def test_while_redis_is_away_nothing_is_found_nor_kept_nor_raised(one: SharedLevel, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(redis, "may_be_asked", lambda: False)
    assert one.mark() is None
    assert one.find(KEY) is None
    assert one.claim(KEY)
    one.release(KEY)
    one.touch(["movie:5"])
    one.clear()


def test_a_redis_that_came_back_from_its_disk_has_nothing_valid(one: SharedLevel, other: SharedLevel):
    """Its answers may be older than touches that were lost with it."""
    keep(one, "movie:5")
    client = get_redis_connection("default")
    shared._forget_former_life(client)
    assert other.find(KEY)
    client.set(f"{shared._PREFIX}:life", "another one's")
    shared._forget_former_life(client)
    eventually(lambda: other.find(KEY) is None)


def test_answers_that_show_what_is_erased_are_no_longer_there_and_all_others_are(one: SharedLevel, other: SharedLevel):
    others = Key("http", "localhost", "/api/v1/movies/6/", "")
    keep(one, "user:5", "movie")
    other.find(KEY)
    other.keep(others, entry(other.mark(), "movie:6"))
    one.erase({"user", "user:5"})
    redis_ = get_redis_connection("default")
    assert (redis_.exists(shared._named(KEY)), redis_.exists(shared._named(others))) == (0, 1)
    eventually(lambda: other.recall(KEY) is None)
    assert other.find(others)


def test_nothing_is_taken_for_erased_that_redis_could_not_be_told_of(one: SharedLevel, monkeypatch):
    keep(one, "user:5")
    monkeypatch.setattr(shared, "_touch", refuse)
    with pytest.raises(StoreUnavailable, match="The redis store does not answer"):
        one.erase({"user:5"})


def refuse(*args: Any) -> None:
    raise RedisError("away")
