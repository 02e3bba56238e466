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
    """Of who has been erased meanwhile, without their id."""
    members = get_user_model()._default_manager.filter(pk__in={event.data["by"] for event in events})
    there = set(members.values_list("pk", flat=True))
    Edit.objects.bulk_create((_edit(event, there) for event in events), ignore_conflicts=True)


def _edit(event: Event, there: set[int]) -> Edit:
    by = event.data["by"] if event.data["by"] in there else None
    place = {"store": router.db_for_write(type(event)), "event_id": event.pk, "at": event.created_at}
    return Edit(**place, **{**event.data, "by": by}, object_id=event.object_id)


@on("user", Action.DELETED)
def forget_members(events: Sequence[Event]) -> None:
    for event in events:
        edits.forget(user_id=event.object_id)
