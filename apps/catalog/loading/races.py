"""Two loads at once."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError

from movieverse.exceptions import DomainError

P = ParamSpec("P")
Result = TypeVar("Result")
_ATTEMPTS = 5


class Overtaken(DomainError):
    """Another process has just taken an id, or made a genre or a list of the name, that nobody had."""

    detail = "Others load into the catalogue as well, and were faster several times. Run it again when they are done."


def again_if_overtaken(function: Callable[P, Result]) -> Callable[P, Result]:
    """Run a transaction that was rolled back once more: now it finds what the other process wrote."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Result:
        for _ in range(_ATTEMPTS - 1):
            try:
                return function(*args, **kwargs)
            except (Overtaken, IntegrityError):
                continue
        return function(*args, **kwargs)

    return wrapper
