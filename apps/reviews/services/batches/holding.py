"""Which ratings of batches are counted, held so that it stays so until the transaction ends."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from apps.reviews.models import Rating, RatingBatch

State = RatingBatch.State
Row = TypeVar("Row", bound=Any)


def of_shown_batches(rows: Sequence[Row]) -> list[Row]:
    """Those that everybody sees and their summaries count, if they are not withheld. Also of what is in no batch."""
    ids = {row.batch_id for row in rows if getattr(row, "batch_id", None) is not None}
    shown = {None, *_in_state(ids, State.SHOWN)} if ids else {None}
    return [row for row in rows if getattr(row, "batch_id", None) in shown]


def batches_there(ids: Iterable[int]) -> list[int]:
    """Those of them that have not been taken out, nor are being."""
    return _in_state(ids, State.LOADING, State.SHOWN)


def is_counted(rating: Rating) -> bool:
    return not rating.withheld and bool(of_shown_batches([rating]))


def _in_state(ids: Iterable[int], *states: State) -> list[int]:
    batches = RatingBatch.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")
    return [batch.pk for batch in batches if batch.state in states]
