"""What the project itself learns of the stores."""

from collections.abc import Sequence

from django.db import router

from movieverse.models import Edit
from movieverse.outbox import on
from movieverse.outbox.models import EDIT, Event


@on(EDIT)
def keep_edits(events: Sequence[Event]) -> None:
    edits = [
        Edit(
            store=router.db_for_write(type(event)),
            event_id=event.pk,
            at=event.created_at,
            object_id=event.object_id,
            **event.data,
        )
        for event in events
    ]
    Edit.objects.bulk_create(edits, ignore_conflicts=True)
