"""`/livez`: this process answers. `/readyz`: so do the stores behind it, each by name."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from movieverse.api.problems import RETRY_AFTER
from movieverse.exceptions import StoreUnavailable
from movieverse.stores import STORES

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if every store answers, else 503; all are asked at the same time."""
    checks: dict[str, Callable[[], None]] = {alias: partial(_ping_store, alias) for alias in STORES}
    if settings.REDIS_URL:
        checks["redis"] = _ping_redis
    states = asked_at_once({name: partial(_state, check) for name, check in checks.items()})
    ready = all(state["ok"] for state in states.values())
    response = JsonResponse(
        {"status": "ready" if ready else "unavailable", "stores": states}, status=200 if ready else 503
    )
    if not ready:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def asked_at_once(questions: dict[str, Callable[[], Answer]]) -> dict[str, Answer]:
    """What each one answers, by its name, all being asked at the same time: it takes as long as the slowest."""
    with ThreadPoolExecutor(len(questions)) as pool:
        futures = {name: pool.submit(copy_context().run, _closing, ask) for name, ask in questions.items()}
    return {name: future.result() for name, future in futures.items()}


def _closing(ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    finally:
        connections.close_all()  # they belong to this thread, which ends now


def _ping_store(alias: str) -> None:
    connection: Any = connections[alias]
    connection.ping()


def _ping_redis() -> None:
    from django_redis import get_redis_connection
    from redis.exceptions import RedisError

    try:
        get_redis_connection("default").ping()
    except RedisError as error:
        raise StoreUnavailable("redis", "REDIS_URL", error) from error


def _state(check: Callable[[], None]) -> dict[str, Any]:
    start = time.monotonic()
    try:
        check()
    except Exception as error:  # noqa: BLE001  whatever it is, the store is not ready
        logger.warning("%s", error)  # the reason may name hosts: it is for the log, not for the public
        return {"ok": False}
    return {"ok": True, "milliseconds": round((time.monotonic() - start) * 1000, 1)}
