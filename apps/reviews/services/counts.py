"""How many votes and open reports a review says that it has."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

import movieverse
from apps.reviews.models import HelpfulVote, Review, ReviewReport
from apps.reviews.services.events import reviews_changed
from apps.reviews.services.locks import locked_reviews
from movieverse.bulk import batched

_BATCH = 500


def reviews_recount(*, movie_ids: Collection[int]) -> None:
    """Let reviews of these movies say what their votes and reports say."""
    counted = Review.objects.filter(Q(helpful_count__gt=0) | Q(open_reports__gt=0), movie_id__in=movie_ids)
    for some in batched(list(counted.values_list("pk", flat=True)), _BATCH):
        _recount(some)


@movieverse.atomic("reviews")
def _recount(review_ids: Sequence[int]) -> None:
    reviews = locked_reviews(review_ids)
    votes = _by_review(HelpfulVote.objects.filter(review__in=reviews, withheld=False))
    reports = _by_review(ReviewReport.objects.filter(review__in=reviews, resolved_at=None))
    for review in reviews:
        numbers = votes.get(review.pk, 0), reports.get(review.pk, 0)
        if numbers != (review.helpful_count, review.open_reports):
            review.helpful_count, review.open_reports = numbers
            review.save(update_fields=["helpful_count", "open_reports"])
            reviews_changed([review])


def _by_review(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("review_id").annotate(Count("pk")))
