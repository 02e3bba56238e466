"""What a batch makes of the summaries: many at once, each changed by what its ratings come to."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from apps.reviews.models import HALF_STARS, Rating, RatingBatch, RatingChange, RatingSummary
from apps.reviews.services.events import summaries_changed
from movieverse.bulk import batched, bulk_upsert

_WINDOW = 1_000_000  # ids of ratings that are read together, so that no statement takes long
_BATCH = 500

Sums = defaultdict[int, Counter[int]]  # {movie id: {half-stars: how many more}}


def rows_of(batch: RatingBatch) -> QuerySet[Rating]:
    """Those that it brought, wherever they have been moved."""
    return Rating.objects.filter(pk__gt=batch.after_id, batch_id=batch.pk).order_by()


def windows(batch: RatingBatch, size: int = _WINDOW) -> Iterator[QuerySet[Rating]]:
    """Its rows, one range of ids after the other."""
    last = Rating.objects.aggregate(last=Max("pk"))["last"] or 0
    for start in range(batch.after_id + 1, last + 1, size):
        yield rows_of(batch).filter(pk__range=(start, start + size - 1))


def counted(batch: RatingBatch) -> Sums:
    sums: Sums = defaultdict(Counter)
    for rows in windows(batch):
        some = rows.filter(withheld=False)
        for movie_id, value, number in some.values_list("movie_id", "value").annotate(Count("pk")):
            sums[movie_id][value] += number
    return sums


def add_up(sums: Sums) -> None:
    """In the order of the movies, as whoever rates several holds them. A movie without a summary gets one."""
    for movie_ids in batched(sorted(sums), _BATCH):
        bulk_upsert([RatingSummary(pk=movie_id) for movie_id in movie_ids], update_fields=[])
        rows = list(RatingSummary.objects.select_for_update().filter(pk__in=movie_ids).order_by("pk"))
        for row in rows:
            _add(row, sums[row.pk])
        bulk_upsert(rows, update_fields=_COLUMNS)
        summaries_changed(movie_ids)


_COLUMNS = [field.name for field in RatingSummary._meta.concrete_fields[1:]]


def _add(row: RatingSummary, changes: Counter[int]) -> None:
    for value in HALF_STARS:
        name = f"count_{value}"
        setattr(row, name, getattr(row, name) + changes[value])
    row.count += changes.total()
    row.total += sum(value * change for value, change in changes.items())
    row.version += 1


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
            sums[rating.movie_id].update({value: 1, rating.value: -1})
    for (value, moment), ids in alike.items():
        Rating.objects.filter(pk__in=ids).update(value=value, updated_at=moment)
