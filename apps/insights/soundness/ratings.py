"""Ratings, and the summaries that are kept of them."""

from collections.abc import Iterator

from apps.insights.batches import Read
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.there import missing
from apps.reviews.models import HALF_STARS, Rating, RatingSummary
from apps.reviews.selectors import counted_summaries

_BATCH = 500


def ratings(read: Read) -> Iterator[Finding]:
    for pk, value in Rating.objects.exclude(value__in=HALF_STARS).values_list("pk", "value"):
        yield Finding("rating", pk, f"is of {value} half-stars: there are 1 to 10")
    for summaries in read(RatingSummary.objects.all(), _BATCH):
        counted = {summary.pk: summary for summary in counted_summaries([row.pk for row in summaries])}
        for summary in summaries:
            if _told(summary) != _told(counted[summary.pk]):
                yield Finding("rating summary", summary.pk, _difference(summary, counted[summary.pk]))
    yield from _unsummarised()


def _told(summary: RatingSummary) -> tuple[int, int, list[int]]:
    return summary.count, summary.total, summary.distribution


def _difference(stored: RatingSummary, counted: RatingSummary) -> str:
    return f"says {_words(stored)}; its ratings say {_words(counted)}"


def _words(summary: RatingSummary) -> str:
    return f"{summary.count} of {summary.total} half-stars, {summary.distribution}"


def _unsummarised() -> Iterator[Finding]:
    rated = Rating.objects.order_by().values_list("movie_id", flat=True).distinct()
    for movie_id in sorted(missing(RatingSummary, rated)):
        yield Finding("rating summary", movie_id, "is not there, but its movie has ratings")
