"""Redis as the cache, and this process's memory in its stead while Redis is away."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from movieverse import redis

_MEMORY = "while-redis-is-away"


@redis.when_back
def _forget() -> None:
    """It is not to answer again in the next outage."""
    LocMemCache(_MEMORY, {}).clear()


def _either(name: str) -> Callable[..., Any]:
    def method(self: "FallbackCache", *args: Any, **kwargs: Any) -> Any:
        if redis.may_be_asked():
            try:
                answer = getattr(self.redis, name)(*args, **kwargs)
            except (RedisError, ConnectionInterrupted) as error:
                redis.note_away(error)
            else:
                redis.note_back()
                return answer
        return getattr(self.memory, name)(*args, **kwargs)

    return method


class FallbackCache(BaseCache):
    """Rate limits, say, then count for each process, which is better than letting nobody in, or everybody."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis = RedisCache(location, params)
        self.memory = LocMemCache(_MEMORY, {})

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
