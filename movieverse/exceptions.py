"""What can go wrong: a store that is away, and a rule of the domain that says no."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import OperationalError


class StoreUnavailable(OperationalError):
    """A store did not answer, or not within its deadline.

    Requests answer it with 503, commands end with its one line.
    """

    def __init__(self, alias: str, variable: str, reason: object) -> None:
        self.alias, self.variable = alias, variable
        self.reason = " ".join(str(reason).split())
        super().__init__(
            f"The {alias} store does not answer ({self.reason}). Check {variable} and that its server is running."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.alias, self.variable, self.reason)


class DomainError(Exception):
    """A service refuses, for a reason the caller can act on. The API answers `status`, `code` and the `members`."""

    status = 409
    code = "conflict"
    detail = "This conflicts with what is stored."
    members: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.detail)


class VersionConflict(DomainError):
    """A row is no longer the version that somebody meant to change."""

    status = 412
    code = "precondition-failed"
    detail = "Somebody else has changed this since you read it. Read it again, and then change it."

    def __init__(self, current: int | None) -> None:
        self.current = current  # None: it is gone
        super().__init__()
