"""What is left of a member who is gone in files that curation has made."""

from collections.abc import Sequence

from apps.curation.portability import files
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    for event in events:
        files.forget(event.object_id)
