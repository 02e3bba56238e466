"""Processes that run until they are told to stop."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings
from django.db import close_old_connections, connections

from movieverse.exceptions import StoreUnavailable

REMINDED_AFTER = 60  # seconds, in which one more line would say nothing new
_REST_WITHOUT_STORE, _REST_AFTER_ERROR = 1.0, 5.0
_LONGEST_CALL = 2.0  # seconds that somebody waits for the call who presses Ctrl-C once more

logger = logging.getLogger(__name__)

_warned: dict[str, float] = {}


def run_rounds(name: str, one_round: Callable[[], float]) -> None:
    """Call it again and again until Ctrl-C, SIGTERM or SIGHUP; it says for how many seconds to rest.

    Each time the file NAME.alive is touched, by whose age others see whether the process still gets around.
    """
    alive = settings.VAR_DIR / f"{name}.alive"
    with until_stopped() as stopped:
        while not stopped.is_set():
            alive.touch()
            close_old_connections()  # as between two requests: one that a server has closed is opened again
            try:
                rest = one_round()
            except StoreUnavailable as error:
                warn_of_absence(error)
                rest = _REST_WITHOUT_STORE
            except Exception:  # it is in the log, and the next round may be none the worse
                logger.exception("The %s goes on after an error.", name)
                rest = _REST_AFTER_ERROR
            time.sleep(rest)


@contextmanager
def until_stopped() -> Iterator[threading.Event]:
    """End the block quietly on Ctrl-C, SIGTERM and SIGHUP; what it yields is set from then on.

    A loop looks at that, too: a driver that is interrupted while it waits for a store may end in an error of its own.
    A thread beside the main one is not told: it ends with its process.
    """
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()
        as_keyboard_interrupt(number, frame)

    if threading.current_thread() is threading.main_thread():
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, stop)
    try:
        yield stopped
    except KeyboardInterrupt:
        return


@contextmanager
def on_ctrl_c(call: Callable[[], None]) -> Iterator[None]:
    """Call it in a thread of its own at the first Ctrl-C, while the block goes on; the next one raises as ever.

    Where writing goes on after an interruption, an exception that comes at any moment will not do: it may come between
    a transaction and whatever ends it, and what is written then goes with the process. The block is left when the call
    has ended. Nothing happens where Ctrl-C is ignored, nor outside the main thread, which is the one that learns of it.
    """
    thread = threading.Thread(target=call, name="on Ctrl-C", daemon=True)
    before = signal.getsignal(signal.SIGINT)

    def interrupted(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        thread.start()

    if callable(before) and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    except KeyboardInterrupt:
        connections.close_all()  # the call may wait for a transaction that was left open
        _join(thread, _LONGEST_CALL)
        raise
    else:
        _join(thread)
    finally:
        if signal.getsignal(signal.SIGINT) is interrupted:
            signal.signal(signal.SIGINT, before)


def _join(thread: threading.Thread, seconds: float | None = None) -> None:
    if thread.ident:  # it was begun
        thread.join(seconds)


def as_keyboard_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def warn_of_absence(error: StoreUnavailable) -> None:
    """Of each store once a minute: who asks again and again would fill the log."""
    now = time.monotonic()
    if now >= _warned.get(error.alias, 0):
        _warned[error.alias] = now + REMINDED_AFTER
        logger.warning("%s", error)
