"""Who wants to know of an event."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from movieverse.outbox.models import Action, Event

Handler = Callable[[Sequence[Event]], None]

HANDLERS: dict[tuple[str, str], list[Handler]] = defaultdict(list)


def on(kind: str, action: str = Action.SAVED) -> Callable[[Handler], Handler]:
    """Let the decorated function handle events of a kind, several at once.

    It is called at least once for each, and for those of one row in their order, each time after its transaction. It
    brings its own store to how things stand now. What it raises has it called again, later.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[kind, action].append(handler)
        return handler

    return register
