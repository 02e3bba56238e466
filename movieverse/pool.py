"""Processes that work beside the one that started them: Python uses one core in each."""

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import Any, TypeVar

import django
from django.conf import settings
from django.db import connections

from movieverse.exceptions import DomainError

_AHEAD = 16  # results that may wait to be taken
_SELDOM = 1_000_000  # new objects, before those are looked for that only know each other: hardly any do

Item = TypeVar("Item")
Result = TypeVar("Result")

_function: Any = None  # of a process that was started here: a pool hands nothing else from its beginning to its work


class ProcessEnded(DomainError):
    code = "process-ended"
    detail = "A process that worked along was killed, as the system does where memory runs out. Run it again."


def worked_off(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What the function makes of each, in their order, on the databases that this process uses.

    It and they are found by name, or pickled. Each process has a copy of the function of its own, which may remember.
    """
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    workers = ProcessPoolExecutor(
        # Started afresh: connections and locks of this process are not theirs.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(names, pickle.dumps(function)),
    )
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(workers.submit(_work, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise ProcessEnded from None
    finally:
        workers.shutdown(cancel_futures=True)


def _begin(names: dict[str, str], function: bytes) -> None:
    global _function
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever has started them ends them
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    settings.DEBUG = False  # else Django keeps every statement
    gc.set_threshold(_SELDOM)
    for alias, name in names.items():
        connections[alias].settings_dict["NAME"] = name
    _function = pickle.loads(function)  # noqa: S301  which we have written; what it needs of models is there only now


def _work(item: Any) -> Any:
    return _function(item)


def _end_with_parent() -> None:
    """Which, when it is killed, can tell nobody."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
