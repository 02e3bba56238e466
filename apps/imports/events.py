from collections.abc import Sequence

from apps.imports.services.uploads import uploads_forget
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    """The rows have gone with the account; what they brought lies on disk."""
    uploads_forget(user_ids=[event.object_id for event in events])
