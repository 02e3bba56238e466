"""Redis as the cache, and this process's memory in its stead while Redis is away."""

import logging
import time
from collections.abc import Callable
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
        if time.monotonic() >= FallbackCache.away_until:
            try:
                return getattr(self.redis, name)(*args, **kwargs)
            except (RedisError, ConnectionInterrupted) as error:
                FallbackCache.away_until = time.monotonic() + AWAY_SECONDS
                logger.warning("Redis does not answer (%s); check REDIS_URL and that its server is running.", error)
        return getattr(self.memory, name)(*args, **kwargs)

    return method


class FallbackCache(BaseCache):
    """Rate limits, say, then count for each process, which is better than letting nobody in, or everybody.

    Nobody waits for Redis more than once a second in each process.
    """

    away_until: ClassVar[float] = 0

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis = RedisCache(location, params)
        self.memory = LocMemCache("while-redis-is-away", {})

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
    get_many = _either("get_many")
    set_many = _either("set_many")
    delete_many = _either("delete_many")
    clear = _either("clear")
