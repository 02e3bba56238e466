"""What a batch makes of the summaries: many at once, each changed by what its ratings come to."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from apps.reviews import stores
from apps.reviews.models import HALF_STARS, Rating, RatingBatch, RatingChange, RatingChunk, RatingSummary
from apps.reviews.services.events import summaries_changed
from movieverse.bulk import batched

# Ids of ratings that are read together, so that no statement takes long; of those that are counted only sums come back.
_WINDOW, _COUNTED = 1_000_000, 10_000_000
_BATCH = 500
_CHANGES = "rating_summary_change"
_COLUMNS = ["movie_id", "count", "total", *(f"count_{value}" for value in HALF_STARS), "version"]

Sums = defaultdict[int, Counter[int]]  # {movie id: {half-stars: how many more}}


def rows_of(batch: RatingBatch) -> QuerySet[Rating]:
    """Those that it brought, wherever they have been moved: whatever becomes of a rating, it keeps its id."""
    return Rating.objects.filter(pk__gt=batch.after_id, batch_id=batch.pk).order_by()


def windows(batch: RatingBatch, size: int = _WINDOW) -> Iterator[QuerySet[Rating]]:
    """Its rows, one range of ids after the other: none where there are no ratings, nor where all are of later."""
    last, until = batch.after_id, _until_id(batch)
    while first := Rating.objects.filter(pk__range=(last + 1, until)).aggregate(first=Min("pk"))["first"]:
        last = min(first + size - 1, until)
        yield rows_of(batch).filter(pk__range=(first, last))


def _until_id(batch: RatingBatch) -> int:
    """As its chunks tell. A merge may have removed its last rows for now: so it is not asked what is there."""
    chunks = RatingChunk.objects.filter(batch=batch)
    told = chunks.aggregate(last=Max("until_id"), silent=Count("pk", filter=Q(until_id=None)))
    return last_id() if told["silent"] else told["last"] or 0


def last_id() -> int:
    """Of all ratings."""
    return Rating.objects.aggregate(last=Max("pk"))["last"] or 0


def counted(batch: RatingBatch) -> Sums:
    sums: Sums = defaultdict(Counter)
    for rows in windows(batch, _COUNTED):
        some = rows.filter(withheld=False)
        for movie_id, value, number in some.values_list("movie_id", "value").annotate(Count("pk")):
            sums[movie_id][value] += number
    return sums


def add_up(sums: Sums) -> None:
    """A movie without a summary gets one. Last in its transaction: until that ends, nobody rates these movies.

    So the events, which take longest, come before the locks: who reads a summary by one of them reads it as it is then.
    """
    table, movie_ids = RatingSummary._meta.db_table, sorted(sums)
    types = ", ".join(f"{stores.quoted('reviews', [column])} bigint" for column in _COLUMNS)
    summaries_changed(movie_ids)
    with stores.temporary("reviews", _CHANGES, types):
        stores.load("reviews", _CHANGES, _as_rows(sums, movie_ids))
        stores.add_missing("reviews", table, _CHANGES, _COLUMNS)
        for some_ids in batched(movie_ids, _BATCH):  # in the order in which whoever rates several holds them
            list(RatingSummary.objects.select_for_update().filter(pk__in=some_ids).order_by("pk").values_list("pk"))
        stores.add_up("reviews", table, _CHANGES, _COLUMNS)


def _as_rows(sums: Sums, movie_ids: Sequence[int]) -> Any:
    import polars as pl

    rows = [_as_row(movie_id, sums[movie_id]) for movie_id in movie_ids]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def _as_row(movie_id: int, changes: Counter[int]) -> list[int]:
    total = sum(value * more for value, more in changes.items())
    return [movie_id, changes.total(), total, *(changes[value] for value in HALF_STARS), 1]


# --- Ratings that were there ----------------------------------------------------------------------


def changes_of(batch: RatingBatch) -> Iterator[Sequence[tuple[RatingChange, Rating | None]]]:
    """Each with the rating as it is now, held; None where it has gone."""
    changes, last = RatingChange.objects.filter(batch=batch).order_by("pk"), 0
    while some := list(changes.filter(pk__gt=last)[:_BATCH]):
        ids = sorted(change.rating_id for change in some)
        ratings = {row.pk: row for row in Rating.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        yield [(change, ratings.get(change.rating_id)) for change in some]
        last = some[-1].pk


def set_values(changes: Sequence[tuple[Rating, int, datetime]], sums: Sums) -> None:
    """Let ratings be of other half-stars, as of a moment; those that become alike by one statement."""
    alike = defaultdict(list)
    for rating, value, moment in changes:
        alike[value, moment].append(rating.pk)
        if not rating.withheld:
            sums[rating.movie_id][value] += 1
            sums[rating.movie_id][rating.value] -= 1
    for (value, moment), ids in alike.items():
        Rating.objects.filter(pk__in=ids).update(value=value, updated_at=moment)


def remove(ratings: Sequence[Rating], sums: Sums) -> None:
    for rating in ratings:
        if not rating.withheld:
            sums[rating.movie_id].update({rating.value: -1})
    Rating.objects.filter(pk__in=[rating.pk for rating in ratings]).delete()
