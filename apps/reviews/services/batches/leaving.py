"""A batch that is taken out again: nobody sees it from one moment on, and then its rows go.

What somebody has changed since it was shown stays, as that somebody's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import DataError, IntegrityError
from django.db.models import Max, QuerySet

import movieverse
from apps.reviews.models import Rater, Rating, RatingBatch, RatingChange, Tag
from apps.reviews.services.batches import apart
from apps.reviews.services.batches.counting import Sums, add_up, changes_of, counted, remove, set_values, windows
from apps.reviews.services.batches.loading import BatchUnderWay
from apps.reviews.services.batches.tagging import movies_tagged
from apps.reviews.services.events import tags_changed
from apps.reviews.services.summaries import summaries_recount
from movieverse.bulk import batched

_AT_ONCE = 20_000  # ids, so that others get their turn
_RATERS = 500
_MOST_KEPT = 1_000  # ratings that are told of

CHANGED = "changed since the import"


def batch_withdraw(*, key: str) -> list[dict[str, Any]]:
    """Take out what the batch of that key has brought, whole or not. Interrupted, it is called again.

    Returns what stays, the first thousand of it: [{store, kind, id, why}]. Raises BatchUnderWay while another batch is
    loading or leaving.
    """
    batch = RatingBatch.objects.filter(key=key).first()
    if batch is None or batch.state == RatingBatch.State.GONE:
        return batch.kept if batch else []
    try:
        kept = _hide(batch)
    except (IntegrityError, DataError):  # a summary cannot have been right
        summaries_recount(movie_ids=counted(batch))
        kept = _hide(batch)
    apart.clear(batch)
    for rows in windows(batch, _AT_ONCE):
        rows.delete()
    while tags := list(Tag.objects.filter(batch_id=batch.pk).values_list("pk", flat=True)[:_AT_ONCE]):
        Tag.objects.filter(pk__in=tags).delete()
    RatingChange.objects.filter(batch=batch).delete()
    _forget_raters(batch)
    batch.chunks.all().delete()  # type: ignore[attr-defined]
    RatingBatch.objects.filter(pk=batch.pk).update(state=RatingBatch.State.GONE, turn=None)
    return kept


@movieverse.atomic("reviews")
def _hide(batch: RatingBatch) -> list[dict[str, Any]]:
    try:
        RatingBatch.objects.filter(pk=batch.pk).update(turn=1)
    except IntegrityError:  # another one has it, which has been compared with what this one brought
        raise BatchUnderWay from None
    held = RatingBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state == RatingBatch.State.SHOWN:
        tags_changed(movies_tagged(held))
        every = enumerate(chain(_let_go(held), _take_back(held)))  # which do it as they are asked: to the end
        held.kept = [_told(pk) for place, pk in every if place < _MOST_KEPT]
    held.state, held.is_apart = RatingBatch.State.LEAVING, False
    held.save(update_fields=["state", "is_apart", "kept"])
    return held.kept


def _let_go(batch: RatingBatch) -> Iterator[int]:
    """Rows that are somebody else's by now. Where that is another batch, they will go with it."""
    for rows in windows(batch):
        ids = list(rows.exclude(updated_at=batch.moment).values_list("pk", flat=True))
        for some_ids in batched(ids, _AT_ONCE):
            Rating.objects.filter(pk__in=some_ids).update(batch_id=None)
            _noted_after(batch, some_ids).update(before=None)
        yield from ids


def _noted_after(batch: RatingBatch, rating_ids: Sequence[int]) -> QuerySet[RatingChange]:
    """What other batches have made of these ratings as this one had left them."""
    return RatingChange.objects.filter(rating_id__in=rating_ids, before_at=batch.moment)


def _take_back(batch: RatingBatch) -> Iterator[int]:
    """Count neither its rows any more nor its changes. The ids of those that have been changed once more."""
    sums = counted(batch)
    for counts in sums.values():
        for value in counts:
            counts[value] = -counts[value]
    for changes in changes_of(batch):
        yield from _unchange(changes, batch, sums)
    add_up(sums)


def _unchange(changes: Iterable[tuple[RatingChange, Rating | None]], batch: RatingBatch, sums: Sums) -> Iterator[int]:
    as_left: list[tuple[Rating, int, datetime]] = []
    came_with_it: list[Rating] = []
    changed_again = defaultdict(list)
    for change, rating in changes:
        if rating and rating.updated_at == batch.moment:
            if change.before is None:
                came_with_it.append(rating)
            else:
                as_left.append((rating, change.before, change.before_at))
        elif rating and rating.updated_at != change.before_at:
            changed_again[change.before, change.before_at].append(rating.pk)
    set_values(as_left, sums)
    remove(came_with_it, sums)
    for (before, before_at), ids in changed_again.items():
        _noted_after(batch, ids).update(before=before, before_at=before_at)
        yield from ids


def _told(pk: int) -> dict[str, Any]:
    return {"store": "reviews", "kind": "rating", "id": pk, "why": CHANGED}


def _forget_raters(batch: RatingBatch) -> None:
    """Those who have said nothing else. Each of the others goes with a batch that has something of theirs."""
    numbers = list(Rater.objects.filter(batch_id=batch.pk).order_by().values_list("number", flat=True))
    for some in batched(numbers, _RATERS):
        heard = _heard_with([-number for number in some])
        Rater.objects.filter(pk__in=set(some) - heard.keys()).delete()
        for other in set(heard.values()):
            Rater.objects.filter(pk__in=[pk for pk, own in heard.items() if own == other]).update(batch_id=other)


def _heard_with(user_ids: Sequence[int]) -> dict[int, int | None]:
    """Of raters who have said something the batch with which the last of it goes. None: it is to stay."""
    tags, ratings = _last_of(Tag, user_ids), _last_of(Rating, user_ids)
    of_none = [rating.pk for rating in ratings if rating.batch_id is None]
    changed = dict(RatingChange.objects.filter(rating_id__in=of_none).values_list("rating_id", "batch_id"))
    heard = {-tag.user_id: tag.batch_id for tag in tags}
    return heard | {-one.user_id: one.batch_id or changed.get(one.pk) for one in ratings}


def _last_of(model: type[Rating] | type[Tag], user_ids: Sequence[int]) -> Any:
    """One row of each. Which row that is, an index knows."""
    rows = model.objects.filter(user_id__in=user_ids).order_by().values("user_id").annotate(last=Max("pk"))
    return model.objects.filter(pk__in=[row["last"] for row in rows]).only("user_id", "batch_id")
