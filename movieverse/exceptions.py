"""What can go wrong between MovieVerse and a store, in terms an operator can act on."""

from django.db import OperationalError


class StoreUnavailable(OperationalError):
    """A store did not answer, or not within its deadline.

    Requests answer it with 503, commands end with its one line.
    """

    def __init__(self, alias: str, variable: str, reason: object) -> None:
        self.alias = alias
        self.reason = " ".join(str(reason).split())
        super().__init__(
            f"The {alias} store does not answer ({self.reason}). "
            f"Check {variable} and that its server is running."
        )
