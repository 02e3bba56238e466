"""The cache while Redis is away: this process's memory, and nobody waits."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("django_redis")

from movieverse import backends, redis
from movieverse.cache.fallback import FallbackCache


@pytest.fixture
def cache_at() -> Iterator[Any]:
    """A cache with Redis at the given URL."""

    def make(url: str) -> FallbackCache:
        config = dict(backends.caches(url)["default"])
        return FallbackCache(config.pop("LOCATION"), config)

    yield make
    make("redis://127.0.0.1:1/0").memory.clear()


def test_without_redis_it_counts_and_locks_in_memory(cache_at: Any):
    cache = cache_at("redis://127.0.0.1:1/0")
    assert cache.add("lock", 1, timeout=10)
    assert not cache.add("lock", 1, timeout=10)
    cache.set("tries", 1)
    assert cache.incr("tries") == 2
    assert cache.get_many(["tries", "lock", "none"]) == {"tries": 2, "lock": 1}
    cache.delete("lock")
    assert cache.get("lock", "gone") == "gone"


@pytest.mark.usefixtures("unheard")
def test_redis_that_is_away_is_asked_once_a_second(cache_at: Any, caplog: Any):
    cache = cache_at("redis://127.0.0.1:1/0")
    for _ in range(5):
        cache.get("anything")
    assert len([record for record in caplog.records if record.name == "movieverse.redis"]) == 1
    redis._away_until = 1.0  # long ago
    cache.get("anything")
    assert len([record for record in caplog.records if record.name == "movieverse.redis"]) == 2


@pytest.mark.servers
def test_with_redis_it_is_redis(cache_at: Any):
    url = os.environ["REDIS_URL"]
    cache_at(url).set("shared", "between processes", timeout=5)
    assert cache_at(url).redis.get("shared") == "between processes"
    assert cache_at(url).memory.get("shared") is None
