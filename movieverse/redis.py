"""Whether Redis answers, as far as this process knows. Its users share this: one of them a second finds out for all."""

import logging
import time
from collections.abc import Callable

AWAY_SECONDS = 1

logger = logging.getLogger(__name__)

_away_until = 0.0  # 0: it answers
_when_back: list[Callable[[], None]] = []


def may_be_asked() -> bool:
    """While Redis is away one caller a second in each process asks for it; the others do not wait."""
    global _away_until
    if not _away_until:
        return True
    if time.monotonic() < _away_until:
        return False
    _away_until = time.monotonic() + AWAY_SECONDS
    return True


def answers() -> bool:
    """As far as is known; whoever may do without does not find out."""
    return not _away_until


def note_away(error: Exception) -> None:
    global _away_until
    _away_until = time.monotonic() + AWAY_SECONDS
    logger.warning("Redis does not answer (%s); check REDIS_URL and that its server is running.", error)


def when_back(act: Callable[[], None]) -> Callable[[], None]:
    """Have this called whenever Redis answers again."""
    _when_back.append(act)
    return act


def note_back() -> None:
    """It has just answered."""
    global _away_until
    was_away, _away_until = bool(_away_until), 0.0
    if was_away:
        for act in _when_back:
            act()
