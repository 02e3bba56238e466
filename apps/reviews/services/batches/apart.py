"""A batch whose rows come into a table apart: where the store does that, and nobody has rated yet."""

import time
from collections.abc import Callable
from typing import Any

from django.db import ProgrammingError

import movieverse
from apps.reviews import stores
from apps.reviews.models import Rating, RatingBatch, RatingChunk
from apps.reviews.services.batches.counting import last_id

_ATTEMPTS, _PAUSE = 600, 0.2  # with so many seconds between, to meet the table while nobody has it


def table() -> Any:
    return stores.table_apart("reviews", Rating)


def begin(batch: RatingBatch) -> None:
    """Within the transaction in which the batch begins."""
    if (apart := table()) and (last := apart.begin()):
        batch.after_id, batch.is_apart = last, True
        batch.save(update_fields=["after_id", "is_apart"])


def settle(batch: RatingBatch, check: Callable[[], None]) -> None:
    """All ratings are in one table again. Not within a transaction that does more."""
    if not _is_apart(batch):
        return
    try:
        _make_ready(check)
    except ProgrammingError:
        if _is_apart(batch):
            raise
        return  # another worker has been faster
    for _ in range(_ATTEMPTS if table().may_take_place() else 0):
        if _takes_place(batch):
            return
        time.sleep(_PAUSE)
        check()
    _copy(batch)


def _is_apart(batch: RatingBatch) -> bool:
    return RatingBatch.objects.filter(pk=batch.pk, is_apart=True).exists()


def _make_ready(check: Callable[[], None]) -> None:
    for index in table().indexes():
        _index(index)
        check()
    table().analyze()


@movieverse.atomic("reviews")
def _index(index: Any) -> None:
    table().index(index)


@movieverse.atomic("reviews")
def _takes_place(batch: RatingBatch) -> bool:
    held = _held(batch)
    if held.is_apart:
        if not table().take_place():
            return False
        _note(held)
    return True


@movieverse.atomic("reviews")
def _copy(batch: RatingBatch) -> None:
    held = _held(batch)
    if held.is_apart:
        table().copy()
        _note(held)


def _held(batch: RatingBatch) -> RatingBatch:
    """DoesNotExist if it has been taken out meanwhile."""
    there = (RatingBatch.State.LOADING, RatingBatch.State.SHOWN)  # the latter by another worker, which has settled it
    return RatingBatch.objects.select_for_update().get(pk=batch.pk, state__in=there)


def _note(batch: RatingBatch) -> None:
    RatingBatch.objects.filter(pk=batch.pk).update(is_apart=False)
    RatingChunk.objects.filter(batch=batch).update(until_id=last_id())


def leave(batch: RatingBatch) -> None:
    """Within the transaction that holds the batch."""
    if batch.is_apart and (apart := table()):
        apart.drop()
    batch.is_apart = False
