"""What the project itself learns of the stores."""

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db import router

from movieverse import edits
from movieverse.models import Edit
from movieverse.outbox import on
from movieverse.outbox.models import EDIT, Action, Event


@on(EDIT)
def keep_edits(events: Sequence[Event]) -> None:
    """Without the id of who has been erased meanwhile, and nothing of what was theirs."""
    named = {event.data[name] for event in events for name in ("by", "member_id")}
    there = set(get_user_model()._default_manager.filter(pk__in=named).values_list("pk", flat=True))
    kept = [event for event in events if event.data["member_id"] in {None, *there}]
    Edit.objects.bulk_create((_edit(event, there) for event in kept), ignore_conflicts=True)


def _edit(event: Event, there: set[int]) -> Edit:
    by = event.data["by"] if event.data["by"] in there else None
    place = {"store": router.db_for_write(type(event)), "event_id": event.pk, "at": event.created_at}
    return Edit(**place, **{**event.data, "by": by}, object_id=event.object_id)


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    for event in events:
        edits.forget(user_id=event.object_id)
