"""What curation does once the stores have told of it."""

from collections.abc import Sequence

from apps.curation.merging import bring_about
from apps.curation.portability import files
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("merge")
def merge(events: Sequence[Event]) -> None:
    for event in events:
        bring_about(event.object_id)


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    """What is left of them in files."""
    for event in events:
        files.forget(event.object_id)
