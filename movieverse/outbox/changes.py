"""The change log: one order for the changes of all stores.

A position is given after the change was committed, by whoever holds the log's one row. So whoever has read up to a
position has seen everything up to it, and goes on from there.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

import movieverse
from movieverse.exceptions import DomainError
from movieverse.outbox.models import Change, ChangeLog, Event

_NAME = "changes"
_PRUNED_AT_ONCE = 1_000


class Missed(DomainError):
    """What followed a position is no longer kept, or the log is another one. Whoever was there starts over."""

    status, code = 410, "gone"

    def __init__(self, log: ChangeLog) -> None:
        self.members = {"kept_since": log.pruned, "position": log.position}
        super().__init__(
            f"The log goes from position {log.pruned} to {log.position} and does not know what you have missed. Read "
            f"everything again, and then follow the changes since {log.position}."
        )


@movieverse.atomic("default")
def append(store: str, events: Sequence[Event]) -> None:
    """Give the events positions, in this order; those that have one already keep it."""
    if not events:
        return
    log = _held()
    ids = [event.pk for event in events]
    known = set(Change.objects.filter(store=store, event_id__in=ids).values_list("event_id", "at"))
    new = [event for event in events if (event.pk, event.created_at) not in known]
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
    """All that came after a position, in order. Whoever has read some goes on from the last one's position.

    Raises Missed where that would not be all: whoever keeps something by the log then makes it anew.
    """
    require_kept(position, change_log())
    return Change.objects.filter(position__gt=position).order_by("position")


def require_kept(position: int, log: ChangeLog) -> None:
    """Raises Missed where the log does not have all that came after a position."""
    if not log.pruned <= position <= log.position:
        raise Missed(log)


def prune(before: datetime) -> int:
    """Forget what happened before a moment, from the start on and without a gap. Returns how many positions.

    They are said to be gone now and are deleted the next time: who is just reading misses nothing.
    """
    log = change_log()  # before the changes: of those that come after it, none is forgotten
    _delete(log.pruned)
    changes = Change.objects.filter(at__gte=before, position__gt=log.pruned).order_by("position")
    kept = changes.values_list("position", flat=True).first()
    last = log.position if kept is None else kept - 1
    if last > log.pruned:
        ChangeLog.objects.filter(pk=_NAME).update(pruned=last)
    return last - log.pruned


def _delete(last: int) -> None:
    """Some at a time, so that the relay's turn comes in between."""
    while True:
        changes = Change.objects.filter(position__lte=last).order_by("position")
        positions = list(changes.values_list("position", flat=True)[:_PRUNED_AT_ONCE])
        if not positions:
            return
        Change.objects.filter(position__lte=positions[-1]).delete()
