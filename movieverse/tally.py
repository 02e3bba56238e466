"""Counts of what happens too often for the outbox: that somebody has looked at a film, say.

They gather in this process's memory, and are handed on a moment later: to Redis, where `drain` finds those of all
processes, else at once to who wants them. They are no accounts: a process that is killed takes with it
what it has not handed on, and what is handed on as a connection breaks may count twice.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings
from django.db import connections

from movieverse import redis
from movieverse.exceptions import StoreUnavailable
from movieverse.processes import warn_of_absence

MOST_WAITING = 100_000  # objects of a name
# Until counts are handed on. Alone they are a commit, which ends every ready-made answer.
SECONDS_WITH_REDIS, SECONDS_ALONE = 1, 30
SECONDS_KNOWN = 3600

Sink = Callable[[dict[int, float]], None]

logger = logging.getLogger(__name__)

_sinks: dict[str, Sink] = {}
_waiting: defaultdict[str, dict[int, float]] = defaultdict(dict)
_counting, _handing_on = threading.Lock(), threading.Lock()
_timer: threading.Timer | None = None  # that hands them on next
_looked: set[tuple[str, int, str]] = set()  # who has been counted lately for what
_forgotten_at = 0.0


def sink(name: str) -> Callable[[Sink], Sink]:
    """Have the decorated function write what is counted under a name: {object id: the sum of its weights}.

    It may be given the same counts again, after an error of its own or somebody's death.
    """

    def register(write: Sink) -> Sink:
        _sinks[name] = write
        return write

    return register


def add(name: str, object_id: int, weight: float = 1) -> None:
    """Count something. It raises nothing, for nobody's answer is worth less than a count.

    Where too many objects wait already, because nobody has taken them for long, another one is not counted.
    """
    with _counting:
        _count(name, object_id, weight)
    _hand_on_soon()


def add_once(name: str, object_id: int, who: str) -> None:
    """Count somebody, once in an hour: who asks again and again is no crowd."""
    global _forgotten_at
    if time.monotonic() >= _forgotten_at + SECONDS_KNOWN or len(_looked) >= MOST_WAITING:
        _looked.clear()
        _forgotten_at = time.monotonic()
    if (name, object_id, who) not in _looked:
        _looked.add((name, object_id, who))
        add(name, object_id)


def _hand_on_soon() -> None:
    """In a thread of its own: nobody's answer waits for it, and it is done also where nothing more is counted."""
    global _timer
    if _timer is None or not _timer.is_alive():  # as after a fork
        _timer = threading.Timer(SECONDS_WITH_REDIS if settings.REDIS_URL else SECONDS_ALONE, _hand_on_in_time)
        _timer.daemon = True
        with suppress(RuntimeError):  # of a machine without room for a thread, or a process that ends: the next one may
            _timer.start()


def _hand_on_in_time() -> None:
    global _timer
    _timer = None
    try:
        flush()
    finally:
        connections.close_all()  # they belong to this thread, which ends now
    if _waiting:  # it could not be handed on
        _hand_on_soon()


def _count(name: str, object_id: int, weight: float) -> None:
    counts = _waiting[name]
    if object_id in counts or len(counts) < MOST_WAITING:
        counts[object_id] = counts.get(object_id, 0) + weight


def flush() -> None:
    """Hand on what was counted. What cannot be handed on waits for the next time."""
    if not _handing_on.acquire(blocking=False):
        return  # another thread is at it
    try:
        if _waiting and (not settings.REDIS_URL or redis.may_be_asked()):
            for name, counts in _taken().items():
                _hand_on(name, counts)
    finally:
        _handing_on.release()


# At the end of the process. (The web server's own processes end without atexit.)
Finalize(None, flush, exitpriority=0)


def _taken() -> Mapping[str, dict[int, float]]:
    global _waiting
    with _counting:
        taken, _waiting = _waiting, defaultdict(dict)
    return taken


def _hand_on(name: str, counts: dict[int, float]) -> None:
    try:
        if settings.REDIS_URL:
            _to_redis(name, counts)
        else:
            _sinks[name](counts)
    except Exception as error:  # noqa: BLE001  whatever it is, it is not the fault of who happened to count
        with _counting:
            for object_id, weight in counts.items():
                _count(name, object_id, weight)
        _report(name, error)


def _report(name: str, error: Exception) -> None:
    if isinstance(error, StoreUnavailable):
        warn_of_absence(error)
    elif settings.REDIS_URL and _is_of_redis(error):
        redis.note_away(error)
    else:
        logger.error("What was counted under %r could not be handed on.", name, exc_info=error)


def _is_of_redis(error: Exception) -> bool:
    from redis.exceptions import RedisError

    return isinstance(error, RedisError)


def _to_redis(name: str, counts: dict[int, float]) -> None:
    with _connection().pipeline() as pipeline:
        for object_id, weight in counts.items():
            pipeline.hincrbyfloat(_key(name), str(object_id), weight)
        pipeline.execute()
    redis.note_back()


def _connection() -> Any:
    from django_redis import get_redis_connection

    return get_redis_connection("default")


def _key(name: str) -> str:
    return f"movieverse:tally:{name}"


def drain() -> None:
    """Have what all processes have handed to Redis written. What a sink raises is raised, and nothing is lost."""
    if not settings.REDIS_URL or not redis.may_be_asked():
        return
    from redis.exceptions import RedisError

    try:
        for name, write in _sinks.items():
            _drain(name, write)
        redis.note_back()
    except RedisError as error:
        redis.note_away(error)


def _drain(name: str, write: Sink) -> None:
    """What is taken has a key of its own until it is written: who dies over it leaves it to the next one."""
    from redis.exceptions import ResponseError, WatchError

    connection, taken = _connection(), f"{_key(name)}:taken"
    with suppress(ResponseError):  # there is nothing to rename
        connection.renamenx(_key(name), taken)
    with connection.pipeline() as pipeline, suppress(WatchError):  # somebody else has written and deleted it
        pipeline.watch(taken)
        counts = {int(object_id): float(weight) for object_id, weight in pipeline.hgetall(taken).items()}
        if counts:
            write(counts)
            pipeline.multi()
            pipeline.delete(taken)
            pipeline.execute()
