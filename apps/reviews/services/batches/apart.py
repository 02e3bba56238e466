"""A batch whose rows come into a table apart: where the store does that, and nobody has rated yet."""

from typing import Any

import movieverse
from apps.reviews import stores
from apps.reviews.models import Rating, RatingBatch, RatingChunk
from apps.reviews.services.batches.counting import last_id


def table() -> Any:
    return stores.table_apart("reviews", Rating)


def begin(batch: RatingBatch) -> None:
    """Within the transaction in which the batch begins."""
    if (apart := table()) and (last := apart.begin()):
        batch.after_id, batch.is_apart = last, True
        batch.save(update_fields=["after_id", "is_apart"])


def settle(batch: RatingBatch) -> None:
    """All ratings are in one table again. Not within a transaction that does more."""
    if RatingBatch.objects.filter(pk=batch.pk, is_apart=True).exists():
        table().index()
        _take_place(batch)


@movieverse.atomic("reviews")
def _take_place(batch: RatingBatch) -> None:
    """Unless it has been taken out meanwhile: DoesNotExist."""
    held = RatingBatch.objects.select_for_update().get(pk=batch.pk, state=RatingBatch.State.LOADING, is_apart=True)
    table().take_place()
    RatingBatch.objects.filter(pk=held.pk).update(is_apart=False)
    RatingChunk.objects.filter(batch=held).update(until_id=last_id())


def leave(batch: RatingBatch) -> None:
    """Within the transaction that holds the batch."""
    if batch.is_apart:
        table().drop()
        batch.is_apart = False
