"""Summaries of ratings: shifted with each rating, counted anew after many."""

from collections import Counter
from collections.abc import Iterable, Sequence

import movieverse
from apps.reviews.models import RatingSummary
from apps.reviews.selectors import counted_summaries
from apps.reviews.services.events import summaries_changed
from movieverse.bulk import add, batched, bulk_upsert

BATCH = 50  # movies whose summaries are locked together


def shift_summary(movie_id: int, changes: Counter[int]) -> bool:
    """Add to the counts, where they are stored: {half-stars: how many more}. False if the movie has no summary.

    After the ratings are written: a summary that cannot have been right is counted anew.
    """
    counts = {f"count_{value}": change for value, change in changes.items()}
    total = sum(value * change for value, change in changes.items())
    if add(RatingSummary, movie_id, count=changes.total(), total=total, version=1, **counts):
        summaries_changed([movie_id])
        return True
    if not RatingSummary.objects.filter(pk=movie_id).exists():
        return False
    recount([movie_id])
    return True


def summaries_recount(*, movie_ids: Iterable[int]) -> None:
    """Let summaries say what their ratings say."""
    for some in batched(sorted(set(movie_ids)), BATCH):
        recount(some)


@movieverse.atomic("reviews")
def recount(movie_ids: Sequence[int]) -> None:
    """Counted under the summaries' locks: a rating that is stored meanwhile waits with its shift, and then adds it."""
    bulk_upsert([RatingSummary(pk=movie_id) for movie_id in movie_ids], update_fields=[])
    stored = {row.pk: row for row in RatingSummary.objects.select_for_update().filter(pk__in=movie_ids).order_by("pk")}
    wrong = [row for row in counted_summaries(stored) if row.numbers != stored[row.pk].numbers]
    for row in wrong:
        row.version = stored[row.pk].version + 1
    if wrong:
        bulk_upsert(wrong, update_fields=[field.name for field in RatingSummary._meta.concrete_fields[1:]])
        summaries_changed([row.pk for row in wrong])
