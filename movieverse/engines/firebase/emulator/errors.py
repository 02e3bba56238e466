class Refused(Exception):
    """A request that cannot be served; the message is for the client."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class CannotStart(Exception):
    """What whoever starts the emulator has to be told, in one line."""
