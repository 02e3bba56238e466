"""A batch whose rows come into a table apart: where the store does that, and nobody has rated yet."""

import time
from collections.abc import Callable
from typing import Any

from django.db import ProgrammingError

import movieverse
from apps.reviews import stores
from apps.reviews.models import Rating, RatingBatch, RatingChunk
from apps.reviews.services.batches.counting import last_id

_WITHIN = 120.0  # seconds, in which to meet the table while nobody has it
_PAUSE = 0.5  # seconds between two attempts, in which others have it


def table() -> Any:
    return stores.table_apart("reviews", Rating)


def begin(batch: RatingBatch) -> None:
    """Within the transaction in which the batch begins."""
    if (apart := table()) and (last := apart.begin()):
        batch.after_id, batch.is_apart = last, True
        batch.save(update_fields=["after_id", "is_apart"])


def settle(batch: RatingBatch, check: Callable[[], None]) -> None:
    """All ratings are in one table again. Not within a transaction that does more."""
    if RatingBatch.objects.filter(pk=batch.pk, is_apart=True).exists():
        _settle(batch, check)
    clear(batch)


def _settle(batch: RatingBatch, check: Callable[[], None]) -> None:
    try:
        _make_ready(check)
    except ProgrammingError:  # it is not there: another worker has been faster
        if _is_apart(batch):
            raise
        return
    until = time.monotonic() + _WITHIN
    while table().may_take_place() and time.monotonic() < until:
        if _takes_place(batch):
            return
        time.sleep(_PAUSE)
        check()
    _copy(batch)


@movieverse.atomic("reviews")
def _is_apart(batch: RatingBatch) -> bool:
    return _held(batch).is_apart


def _make_ready(check: Callable[[], None]) -> None:
    for _ in table().make_ready():
        check()


@movieverse.atomic("reviews")
def _takes_place(batch: RatingBatch) -> bool:
    held = _held(batch)
    if held.is_apart:
        if not table().take_place(held.after_id):
            return False
        _note(held)
    return True


@movieverse.atomic("reviews")
def _copy(batch: RatingBatch) -> None:
    held = _held(batch)
    if held.is_apart:
        held.after_id = last_id()
        table().copy()
        _note(held)


def _held(batch: RatingBatch) -> RatingBatch:
    """DoesNotExist if it has been taken out meanwhile. What a killed worker could not note any more is noted."""
    there = (RatingBatch.State.LOADING, RatingBatch.State.SHOWN)  # the latter by another worker, which has settled it
    held = RatingBatch.objects.select_for_update().get(pk=batch.pk, state__in=there)
    if held.is_apart and table().has_taken_place():
        _note(held)
    return held


def _note(held: RatingBatch) -> None:
    held.is_apart = False
    held.save(update_fields=["after_id", "is_apart"])
    RatingChunk.objects.filter(batch=held).update(until_id=last_id())


@movieverse.atomic("reviews")
def clear(batch: RatingBatch) -> None:
    """What is left of the table when all its rows are where they belong, or are to go."""
    alone = (RatingBatch.State.LOADING, RatingBatch.State.LEAVING)  # while it is, no other batch has one
    held = RatingBatch.objects.select_for_update().filter(pk=batch.pk, state__in=alone, is_apart=False)
    if (apart := table()) and held.first():
        apart.drop()
