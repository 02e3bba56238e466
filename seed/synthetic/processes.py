"""A second process makes up what the first one prepares, and a thread of that stores: so none waits for the other."""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Any, TypeVar

from django.db import connections

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


@contextmanager
def behind(alias: str) -> Iterator[Callable[[Callable[[], object]], object]]:
    """Does what it is given while the caller goes on, one thing after the other; at the block's end all is done.

    By a connection of its own. Where that has to be the caller's it is done at once, as in a transaction; SQL stores
    have one writer at a time.
    """
    connection: Any = connections[alias]
    if connection.speaks_sql or connection.in_atomic_block:
        yield lambda act: act()
        return
    under_way: deque[Future[object]] = deque()

    def do(act: Callable[[], object]) -> None:
        while under_way:
            under_way.popleft().result()
        under_way.append(thread.submit(act))

    with ThreadPoolExecutor(1) as thread:
        try:
            yield do
            while under_way:
                under_way.popleft().result()
        finally:
            thread.submit(connections.close_all)


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
