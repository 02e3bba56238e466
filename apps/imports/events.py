"""What is left of an account: files that were brought by it, or made for it, and what of them could not be used."""

from collections.abc import Sequence

from apps.imports.services import converted
from apps.imports.services.rows_kept import rows_forget
from apps.imports.services.uploads import uploads_forget
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    """Uploads have gone with the account, but not what they brought to disk; imports stay, as nobody's."""
    for event in events:
        converted.forget(event.object_id)
    uploads_forget(user_ids=[event.object_id for event in events])
    rows_forget()
