"""How a process hears at once what others touch."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django_redis import get_redis_connection
from django_redis.exceptions import ConnectionInterrupted
from redis.client import PubSub
from redis.exceptions import RedisError

CHANNEL = "movieverse:touched"
# In seconds. Who touches something in vain waits for longer than PROMPT: SOCKET_TIMEOUT in movieverse/backends.py.
PING_EVERY, PROMPT, LOST_AFTER = 0.1, 0.25, 1.0
_REST = 0.1  # seconds between two attempts to subscribe

logger = logging.getLogger(__name__)


class Subscription:
    """A thread that listens, from `start` until the process ends.

    It is there from its first pong until there has been none for LOST_AFTER: nothing is missed meanwhile, but may be
    late, on a machine that is very busy, or with a Redis that is frozen. It is prompt while the last ping that was
    answered is not older than PROMPT.
    """

    def __init__(
        self,
        *,
        hear: Callable[[list[str]], None],
        begun: Callable[[], None],
        answered: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._hear, self._begun, self._answered, self._lost = hear, begun, answered, lost
        self._prompt_until = 0.0
        self.is_there = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def is_prompt(self) -> bool:
        return time.monotonic() < self._prompt_until

    def start(self) -> None:
        if self._runs():
            return
        with self._lock:
            if not self._runs():
                self._thread = threading.Thread(target=self._run, name="touched answers", daemon=True)
                self._thread.start()

    def _runs(self) -> bool:
        """In this process: a thread does not outlive a fork."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while True:
            try:
                with get_redis_connection("default").pubsub() as pubsub:
                    self._listen(pubsub)
            except (RedisError, ConnectionInterrupted, OSError) as error:
                if self.is_there:
                    logger.warning("No ready-made answers are given while nobody says what changes: %s", error)
            except Exception:  # the thread has to go on: without it no answer is kept
                logger.exception("Listening for what changes goes on after an error.")
            if self.is_there:
                self.is_there, self._prompt_until = False, 0.0
                self._lost()
            time.sleep(_REST)

    def _listen(self, pubsub: PubSub) -> None:
        pubsub.subscribe(CHANNEL)
        asked_at = self._ping(pubsub)
        self._await_pong(pubsub, asked_at)
        self._begun()
        self.is_there = True
        while True:
            self._prompt_until = asked_at + PROMPT
            self._answered()
            self._hear_until(pubsub, asked_at + PING_EVERY)
            asked_at = self._ping(pubsub)
            self._await_pong(pubsub, asked_at)

    def _ping(self, pubsub: PubSub) -> float:
        now = time.monotonic()
        pubsub.ping()
        return now

    def _await_pong(self, pubsub: PubSub, asked_at: float) -> None:
        """What lies there already is read first: it may be this process that was busy."""
        while (message := self._next(pubsub, asked_at + LOST_AFTER)) is not None:
            if message["type"] == "pong":
                return
        raise TimeoutError("Redis does not answer in time")

    def _hear_until(self, pubsub: PubSub, moment: float) -> None:
        while self._next(pubsub, moment) is not None:
            pass

    def _next(self, pubsub: PubSub, until: float) -> Any:
        """The next message, heard if it is one of touches; None if there is none."""
        message = pubsub.get_message(timeout=max(0.0, until - time.monotonic()))
        if message and message["type"] == "message":
            self._hear(message["data"].decode().split(" "))
        return message
