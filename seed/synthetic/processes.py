"""A second process that makes up what the first one stores, and what both do to lose no time."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import TypeVar

_SELDOM = 100_000  # new objects: a batch's go by themselves

Item = TypeVar("Item")
Result = TypeVar("Result")


def ahead(make: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What another process makes of the items: the next one while this one is busy with the one before."""
    context = get_context("spawn")  # a fork would share our connections
    with ProcessPoolExecutor(1, context, initializer=_begin) as process:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(process.submit(make, item))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _begin() -> None:
    signal(SIGINT, SIG_IGN)  # who interrupts, interrupts the first process
    gc.disable()


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For a block that makes many objects without cycles: the garbage collector takes longer than to make them."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
