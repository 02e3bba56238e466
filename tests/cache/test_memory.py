"""The answers at hand: as many as fit, and none that somebody has dropped meanwhile."""

import pytest

from movieverse.cache.declaring import Shown
from movieverse.cache.entries import Entry, Key
from movieverse.cache.memory import Memory


def key(number: int) -> Key:
    return Key("http", "localhost", f"/api/v1/movies/{number}/", "")


def entry(*tags: str, size: int = 1_000, age: float = 0) -> Entry:
    made = Entry("movie", 200, {}, b"x" * size, b"", build_seconds=0.1, fresh=60, kept=3600, public=True)
    object.__setattr__(made, "made_at", made.made_at - age)
    return made.showing(Shown(frozenset(tags), None), None)


@pytest.fixture
def memory() -> Memory:
    return Memory(most_bytes=3 * entry().size)


def test_those_asked_for_least_lately_make_room(memory: Memory):
    for number in range(3):
        memory.put(key(number), entry(), memory.generation)
    assert memory.get(key(0))
    memory.put(key(3), entry(), memory.generation)
    assert [bool(memory.get(key(number))) for number in range(4)] == [True, False, True, True]
    assert memory.bytes <= memory.most_bytes


def test_a_new_answer_takes_the_place_of_the_old_one(memory: Memory):
    for size in (2_000, 1_000):
        memory.put(key(0), entry(size=size), memory.generation)
    assert memory.bytes == entry(size=1_000).size


def test_what_is_bigger_than_all_of_it_is_not_kept(memory: Memory):
    memory.put(key(0), entry(), memory.generation)
    memory.put(key(1), entry(size=100_000), memory.generation)
    assert [bool(memory.get(key(number))) for number in range(2)] == [True, False]


def test_tags_that_are_dropped_take_their_answers_along(memory: Memory):
    memory.put(key(0), entry("movie:5"), memory.generation)
    memory.put(key(1), entry("movie:6"), memory.generation)
    memory.drop(["movie:5", "genre"])
    assert [bool(memory.get(key(number))) for number in range(2)] == [False, True]
    memory.drop(["movie:*"])
    assert memory.get(key(1)) is None
    assert not memory._keys


def test_what_was_read_before_a_drop_comes_too_late(memory: Memory):
    generation = memory.generation
    memory.drop(["movie:5"])
    memory.put(key(0), entry("movie:5"), generation)
    assert memory.get(key(0)) is None


def test_what_has_been_kept_for_as_long_as_it_may_is_gone(memory: Memory):
    memory.put(key(0), entry(age=3_601), memory.generation)
    assert memory.get(key(0)) is None
    assert memory.bytes == 0
