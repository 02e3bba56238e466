"""Keys for POST: unique, and later ones sort after earlier ones, as Firebase's own clients make them."""

import random
import threading
import time

ALPHABET = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
RANDOM_BITS = 72  # 12 characters

_lock = threading.Lock()
_last = (0, 0)


def push_id() -> str:
    """Eight characters of time, twelve random ones; within a millisecond each is the one before plus one."""
    global _last
    with _lock:
        before, tail = _last
        now = max(time.time_ns() // 1_000_000, before)  # the clock may go back
        _last = (now, tail + 1 if now == before else random.getrandbits(RANDOM_BITS - 1))
        return _encoded(_last[0], 8) + _encoded(_last[1], 12)


def _encoded(number: int, characters: int) -> str:
    return "".join(ALPHABET[number >> 6 * place & 63] for place in reversed(range(characters)))
