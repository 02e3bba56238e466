"""The change log: one order for the changes of all stores.

A position is given after the change was committed, by whoever holds the log's one row. So whoever has read up to a
position has seen everything up to it, and goes on from there.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

import movieverse
from movieverse.bulk import batched
from movieverse.outbox.models import Change, ChangeLog, Event

_NAME = "changes"
_PRUNED_AT_ONCE = 1_000


@movieverse.atomic("default")
def append(store: str, events: Sequence[Event]) -> None:
    """Give the events positions, in this order; those that have one already keep it."""
    if not events:
        return
    log = _held()
    ids = [event.pk for event in events]
    known = set(Change.objects.filter(store=store, event_id__in=ids).values_list("event_id", flat=True))
    new = [event for event in events if event.pk not in known]
    Change.objects.bulk_create(
        Change(
            position=position,
            store=store,
            event_id=event.pk,
            kind=event.kind,
            object_id=event.object_id,
            action=event.action,
            data=event.data,
            at=event.created_at,
        )
        for position, event in enumerate(new, log.position + 1)
    )
    log.position += len(new)
    log.save(update_fields=["position"])


def _held() -> ChangeLog:
    ChangeLog.objects.get_or_create(pk=_NAME)
    return ChangeLog.objects.select_for_update().get(pk=_NAME)


def change_log() -> ChangeLog:
    """How far it goes, and since where it is kept."""
    return ChangeLog.objects.filter(pk=_NAME).first() or ChangeLog(pk=_NAME)


def changes_since(position: int) -> QuerySet[Change]:
    return Change.objects.filter(position__gt=position)


def prune(before: datetime) -> int:
    """Forget what happened before a moment, from the start on and without a gap. Returns how many positions."""
    kept = Change.objects.filter(at__gte=before).order_by("position").values_list("position", flat=True).first()
    log = change_log()
    last = log.position if kept is None else kept - 1
    for positions in batched(range(log.pruned + 1, last + 1), _PRUNED_AT_ONCE):
        _forget(positions[-1])
    return last - log.pruned


@movieverse.atomic("default")
def _forget(position: int) -> None:
    log = _held()
    log.pruned = max(log.pruned, position)
    log.save(update_fields=["pruned"])
    Change.objects.filter(position__lte=position).delete()
