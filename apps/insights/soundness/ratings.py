"""Ratings, and the summaries that are kept of them."""

from collections.abc import Iterable, Iterator, Sequence

import movieverse
from apps.catalog.models import Movie
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.there import missing
from apps.reviews.models import HALF_STARS, Rating, RatingSummary
from apps.reviews.selectors import counted_summaries
from movieverse.bulk import batched

_BATCH = 500
_COUNTED_AT_ONCE = 100_000  # ratings, so that no query takes long
_HELD_AT_ONCE = 50  # summaries, so that nobody waits long to rate


def ratings(read: Reader) -> Iterator[Finding]:
    for pk, value in Rating.objects.exclude(value__in=HALF_STARS).values_list("pk", "value"):
        yield Finding("rating", pk, f"is of {value} half-stars: there are 1 to 10")
    yield from summaries(read)


def summaries(read: Reader) -> Iterator[Finding]:
    for stored in read.rows(RatingSummary.objects.all(), _BATCH):
        for some in _counted_together(stored):
            counted = {row.pk: row for row in counted_summaries([row.pk for row in some])}
            yield from _confirmed(row.pk for row in some if _differs(counted[row.pk], row))
    for movie_ids in read.values(Rating.objects.all(), "movie_id", _BATCH):
        yield from _confirmed(missing(RatingSummary, movie_ids))


def _counted_together(rows: Sequence[RatingSummary]) -> Iterator[list[RatingSummary]]:
    together: list[RatingSummary] = []
    number = 0
    for row in rows:
        if together and number + row.count > _COUNTED_AT_ONCE:
            yield together
            together, number = [], 0
        together.append(row)
        number += row.count
    yield together


def _confirmed(movie_ids: Iterable[int]) -> Iterator[Finding]:
    """Whoever was rating just then is no fault. Of titles that are gone the ratings are to go, not to be counted."""
    for some in batched(sorted(movie_ids), _HELD_AT_ONCE):
        found = _compared(some)
        gone = missing(Movie, (finding.id for finding in found))
        yield from (finding for finding in found if finding.id not in gone)


@movieverse.atomic("reviews")
def _compared(movie_ids: Sequence[int]) -> list[Finding]:
    """With the summaries held, and so all ratings of their movies: each changes its summary in its own transaction."""
    held = {row.pk: row for row in RatingSummary.objects.select_for_update().filter(pk__in=movie_ids).order_by("pk")}
    return [_finding(row, held.get(row.pk)) for row in counted_summaries(movie_ids) if _differs(row, held.get(row.pk))]


def _differs(counted: RatingSummary, stored: RatingSummary | None) -> bool:
    return counted.numbers != stored.numbers if stored else counted.count > 0


def _finding(counted: RatingSummary, stored: RatingSummary | None) -> Finding:
    if stored:
        fault, code = f"says {_words(stored)}; its ratings say {_words(counted)}", "summary-wrong"
    else:
        fault, code = "is not there, but its movie has ratings", "summary-missing"
    return Finding("rating summary", counted.pk, fault, code, counted.pk)


def _words(summary: RatingSummary) -> str:
    return f"{summary.count} of {summary.total} half-stars, {summary.distribution}"
