from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django_tasks import task

from apps.curation.exporting import shelf
from apps.insights.batches import Reader
from movieverse.leases import Holder

_LEASE = timedelta(minutes=2)  # longer than a batch takes


class _HoldingReader(Reader):
    """Lets others know all the while that somebody is at it."""

    def __init__(self, holder: Holder) -> None:
        self.holder = holder

    def hold(self) -> bool:
        return self.holder.take("export", _LEASE)

    def watched(self, batches: Iterator[list[Any]], of: QuerySet[Any] | None = None) -> Iterator[list[Any]]:
        for batch in batches:
            self.hold()
            yield batch


@task()
def make_export() -> None:
    """Today's, unless it is there or somebody else is making it."""
    with Holder() as holder:
        read = _HoldingReader(holder)
        if read.hold() and shelf.is_due():
            shelf.make(read)
