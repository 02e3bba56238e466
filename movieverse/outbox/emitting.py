"""Writing events."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connections, router
from django.db.transaction import TransactionManagementError

from movieverse.bulk import insert_all, insert_later
from movieverse.cache import levels
from movieverse.cache.tags import touched_by
from movieverse.fields import number
from movieverse.outbox.models import Event


def emit(events: Sequence[Event]) -> None:
    """Write events of one store into its outbox, in the transaction that makes the changes they tell of.

    Emit after the row that an event tells of is locked or written: then its events have the order of its changes.
    """
    if not events:
        return
    alias = router.db_for_write(type(events[0]))
    connection: Any = connections[alias]
    if not connection.in_store_atomic:
        raise TransactionManagementError(f"Events are emitted within movieverse.atomic({alias!r}).")
    if len(events) == 1:
        insert_later(events[0])
    else:
        number(events)
        insert_all(events)
    connection.on_commit(partial(levels.touch, touched_by(event.aggregate for event in events)))
    if settings.RELAY_INLINE:
        connection.on_commit(partial(_relay_soon, alias))


def _relay_soon(alias: str) -> None:
    """At once, or when the transaction ends that this one's caller has open in another store.

    There the relay would write into that transaction, which may yet be rolled back: the event would be lost.
    """
    from movieverse.outbox.relay import relay_after_commit

    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            connection.on_commit(partial(_relay_soon, alias))
            return
    relay_after_commit(alias)
