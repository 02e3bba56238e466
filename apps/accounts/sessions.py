"""Whose sessions there are. A session says so only inside, so all of them are read."""

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

_BATCH = 1_000
_SIGNING_IN = "account_login"  # where allauth keeps who has yet to confirm that it is them


def sessions_of(user_ids: Collection[int]) -> Iterator[Session]:
    wanted = {str(user_id) for user_id in user_ids}
    sessions = Session.objects.order_by("pk")
    batch = list(sessions[:_BATCH])
    while batch:
        last = batch[-1].pk  # which it no longer has when it has been deleted
        yield from (session for session in batch if not wanted.isdisjoint(_members_of(session.get_decoded())))
        batch = list(sessions.filter(pk__gt=last)[:_BATCH])


def sessions_forget(*, user_ids: Collection[int]) -> None:
    """End and delete them, ended ones among them."""
    for session in sessions_of(user_ids):
        session.delete()


def _members_of(data: dict[str, Any]) -> Iterator[str]:
    yield str(data.get(SESSION_KEY))
    yield str((data.get(_SIGNING_IN) or {}).get("user_pk"))
