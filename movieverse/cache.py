"""Redis as the cache, and this process's memory in its stead while Redis is away."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

AWAY_SECONDS = 1

logger = logging.getLogger(__name__)


def _either(name: str) -> Callable[..., Any]:
    def method(self: "FallbackCache", *args: Any, **kwargs: Any) -> Any:
        if self.may_ask_redis():
            try:
                answer = getattr(self.redis, name)(*args, **kwargs)
            except (RedisError, ConnectionInterrupted) as error:
                self.note_away(error)
            else:
                self.note_back()
                return answer
        return getattr(self.memory, name)(*args, **kwargs)

    return method


class FallbackCache(BaseCache):
    """Rate limits, say, then count for each process, which is better than letting nobody in, or everybody.

    While Redis is away one caller a second in each process asks for it; the others do not wait.
    """

    away_until: ClassVar[float] = 0  # 0: it answers

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis = RedisCache(location, params)
        self.memory = LocMemCache("while-redis-is-away", {})

    def may_ask_redis(self) -> bool:
        if not FallbackCache.away_until:
            return True
        if time.monotonic() < FallbackCache.away_until:
            return False
        FallbackCache.away_until = time.monotonic() + AWAY_SECONDS
        return True

    def note_away(self, error: Exception) -> None:
        FallbackCache.away_until = time.monotonic() + AWAY_SECONDS
        logger.warning("Redis does not answer (%s); check REDIS_URL and that its server is running.", error)

    def note_back(self) -> None:
        if FallbackCache.away_until:
            FallbackCache.away_until = 0
            self.memory.clear()  # it is not to answer again in the next outage

    @property
    def client(self) -> Any:
        """What `django_redis.get_redis_connection` looks for."""
        return self.redis.client

    add = _either("add")
    get = _either("get")
    set = _either("set")
    touch = _either("touch")
    delete = _either("delete")
    has_key = _either("has_key")
    incr = _either("incr")
    set_many = _either("set_many")
    _get_many = _either("get_many")
    _delete_many = _either("delete_many")
    clear = _either("clear")

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        return self._get_many(list(keys), version=version)

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        self._delete_many(list(keys), version=version)
