"""Processes that work beside the one that started them: Python uses one core in each.

Nothing here needs Django's models, which such a process has only after its start.
"""

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import Any, TypeVar

import django
from django.conf import settings
from django.db import connections

from movieverse.exceptions import DomainError

SELDOM = 1_000_000  # new objects, before Python looks for some that only know each other: where hardly any do
_AHEAD = 16  # results that may wait to be taken, each of a process of its own

Item = TypeVar("Item")
Result = TypeVar("Result")

_function: Any = None  # of a process that was started here: a pool hands nothing else from its beginning to its work


class ProcessEnded(DomainError):
    code = "process-ended"
    detail = (
        "A process that worked along has ended in the middle. If it said nothing, it was killed, as the system does "
        "where memory runs out. Run it again."
    )


def worked_off(function: Callable[[Item], Result], items: Iterable[Item], *, most: int = _AHEAD) -> Iterator[Result]:
    """What the function makes of each, in their order, on the databases that this process uses.

    It and they are found by name, or pickled. Each process has a copy of the function of its own, which may remember.
    There are as many as cores, but not more than `most`.
    """
    with NamedTemporaryFile() as file, _processes(Path(file.name), min(most, os.cpu_count() or 1)) as processes:
        pickle.dump(function, file)
        file.flush()
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(processes.submit(_work, item))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _processes(function: Path, number: int) -> Iterator[ProcessPoolExecutor]:
    """The function is in a file: one that ends before it has read what it is handed is waited for forever."""
    processes = ProcessPoolExecutor(
        number,
        # Started afresh: connections and locks of this process are not theirs.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(function, {alias: connections[alias].settings_dict["NAME"] for alias in connections}),
    )
    try:
        yield processes
    except BrokenProcessPool as error:
        raise ProcessEnded from error
    finally:
        processes.shutdown(cancel_futures=True)


def _begin(function: Path, databases: dict[str, Any]) -> None:
    global _function
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever has started them ends them
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    settings.DEBUG = False  # else Django keeps every statement
    gc.set_threshold(SELDOM)
    for alias, name in databases.items():
        connections[alias].settings_dict["NAME"] = name
    _function = pickle.loads(function.read_bytes())  # noqa: S301  which we have written


def _work(item: Any) -> Any:
    return _function(item)


def _end_with_parent() -> None:
    """Which, when it is killed, can tell nobody."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
