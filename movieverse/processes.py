"""Processes that run until they are told to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def until_stopped() -> Iterator[None]:
    """End the block quietly on Ctrl-C, SIGTERM and SIGHUP."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, as_keyboard_interrupt)
    try:
        yield
    except KeyboardInterrupt:
        return


def as_keyboard_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
