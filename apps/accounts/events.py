"""What is left of an account in its own store."""

from collections.abc import Sequence

from apps.accounts.sessions import sessions_forget
from movieverse.api import idempotency
from movieverse.outbox import on
from movieverse.outbox.models import Action, Event


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    user_ids = [event.object_id for event in events]
    sessions_forget(user_ids=user_ids)
    idempotency.forget(user_ids=user_ids)
