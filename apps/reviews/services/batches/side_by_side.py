"""Chunks of a batch, loaded side by side where the store takes that: a server has more than one core."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

from apps.reviews import stores

Result = TypeVar("Result")


class _AtOnce(Executor):
    """Does in the caller's thread what it is given."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        future: Future[Result] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class _Threads(ThreadPoolExecutor):
    """None keeps a connection: threads of a pool do not tell when they end. After an error no more are begun."""

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        return super().submit(_connected, fn, *args, **kwargs)

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        self.shutdown(cancel_futures=kind is not None)


def _connected(load: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
    try:
        with stores.opened("reviews"):
            return load(*args, **kwargs)
    finally:
        connections.close_all()


def remark_on_loading() -> str:
    """What whoever waits for the end should know of the store; mostly nothing."""
    return stores.remark("reviews")


def loaders() -> Executor:
    """For calls of `chunk_load` and `chunk_preview`."""
    number = stores.side_by_side("reviews")
    return _Threads(number) if number else _AtOnce()
