"""Answers that still make sense when one of several stores is away."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from movieverse.exceptions import StoreUnavailable

Result = TypeVar("Result")

SCHEMA = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Stores that did not answer; what only they know is null. Absent if all is well.",
}

logger = logging.getLogger(__name__)


class Degraded:
    """The stores that an answer had to do without."""

    def __init__(self) -> None:
        self.stores: list[str] = []

    def read(self, call: Callable[[], Result], instead: Result) -> Result:
        try:
            return call()
        except StoreUnavailable as error:
            logger.warning("%s", error)
            self.stores.append(error.alias)
            return instead

    def as_member(self) -> dict[str, Any]:
        """The answer's `degraded` member, if it has one."""
        return {"degraded": sorted(set(self.stores))} if self.stores else {}
