"""Processes that make documents beside the one that writes them: nearly all of the work is theirs.

Nothing here needs Django's models, which such a process has only after its start.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from threading import Thread
from typing import TypeVar

import django

_AHEAD = 16  # results that may wait to be taken

Item = TypeVar("Item")
Result = TypeVar("Result")


def worked_off(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What the function makes of each, in their order. It and they are found by name, or pickled."""
    # Started afresh: connections and locks of this process are not theirs.
    workers = ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(workers.submit(function, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        workers.shutdown(cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever has started them ends them
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    """Which, when it is killed, can tell nobody."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
