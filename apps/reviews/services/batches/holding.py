"""Which ratings of batches are counted, held so that it stays so until the transaction ends."""

from collections.abc import Iterable, Sequence

from apps.reviews.models import Rating, RatingBatch


def of_shown_batches(ratings: Sequence[Rating]) -> list[Rating]:
    """Those that everybody sees and their summaries count, if they are not withheld."""
    ids = {rating.batch_id for rating in ratings if rating.batch_id is not None}
    shown = {None, *_shown(ids)} if ids else {None}
    return [rating for rating in ratings if rating.batch_id in shown]


def is_counted(rating: Rating) -> bool:
    return not rating.withheld and bool(of_shown_batches([rating]))


def _shown(ids: Iterable[int]) -> list[int]:
    batches = RatingBatch.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return [batch.pk for batch in batches if batch.state == RatingBatch.State.SHOWN]
