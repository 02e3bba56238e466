"""Events that the other stores have not learnt of."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from movieverse.outbox.models import Event
from movieverse.outbox.stores import outboxes

_BATCH = 500
LONG = timedelta(minutes=10)


def outboxes_left(read: Reader) -> Iterator[Finding]:
    for alias, model in outboxes().items():
        yield from _waiting(alias, model)
        for events in read.rows(model.objects.filter(dead_at__isnull=False), _BATCH):
            for event in events:
                fault = f"{event} has failed {event.attempts} times: {event.error}"
                yield Finding(f"{alias} event", event.pk, fault, "dead-letter")


def _waiting(alias: str, model: type[Event]) -> Iterator[Finding]:
    waiting = model.pending.filter(created_at__lt=timezone.now() - LONG)
    if first := waiting.order_by("pk").first():
        number = waiting.count()
        fault = f"{number:,} events wait, the first since {first.created_at:%Y-%m-%d %H:%M}"
        yield Finding("outbox", alias, fault, "waiting-events", rows=number)
