"""What people do with events that the relay cannot deliver."""

from django.db import router
from django.db.models import QuerySet

from movieverse.outbox.changes import append
from movieverse.outbox.models import Event


def retry(*, events: QuerySet[Event]) -> int:
    """Let the relay try them again as if they had never failed. Why they did stays with them until they are done."""
    return events.update(attempts=0, due_at=None, dead_at=None)


def discard(*, event: Event) -> None:
    """Forget an event: what the other stores should have learned, a later one of its row tells them, or nobody.

    The change it tells of was made, so it stays in the log.
    """
    if event.is_logged:
        append(router.db_for_write(type(event)), [event])
    type(event).objects.filter(pk=event.pk).delete()
