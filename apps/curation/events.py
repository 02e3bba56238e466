"""What curation does in all stores, once it has been asked for."""

from collections.abc import Sequence

from apps.curation.merging import bring_about
from movieverse.outbox import on
from movieverse.outbox.models import Event


@on("merge")
def merge(events: Sequence[Event]) -> None:
    for event in events:
        bring_about(event.object_id)
