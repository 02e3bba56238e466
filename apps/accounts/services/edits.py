"""What others have changed of an account."""

from typing import Any

from apps.accounts.models import Event, User
from movieverse import edits


def account_edit(*, user: User, by: User | None, **changes: tuple[Any, Any]) -> None:
    """Within the transaction that changes it: {what: (before, after)}. What stays is no edit, nor what is one's own."""
    if by is not None and by.pk != user.pk:
        told = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        edits.note(Event, kind="user", row=user, by=by.pk, changes=told, member_id=user.pk)
