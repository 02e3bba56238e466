"""What is left of an account among the files that were made for it."""

from collections.abc import Sequence

from apps.imports.services import converted
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("user", Action.DELETED)
def forget_conversions(events: Sequence[Event]) -> None:
    for event in events:
        converted.forget(event.object_id)
