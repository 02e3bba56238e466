"""Holding a review until the transaction ends: before what hangs on it, and several in the order of their ids."""

from collections.abc import Iterable

from apps.reviews.models import Review
from movieverse.exceptions import DomainError, VersionConflict


class UnknownReview(DomainError):
    status, code = 404, "not-found"

    def __init__(self, review_id: int) -> None:
        super().__init__(f"There is no review {review_id} any more.")


def locked_review(review_id: int, version: int | None = None) -> Review:
    """As it is stored. Raises VersionConflict where a `version` is given that is another one."""
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise UnknownReview(review_id)
    if version not in (None, review.version):
        raise VersionConflict(review.version)
    return review


def locked_shown_review(review_id: int) -> Review:
    """For who reads what everybody may: to them there is no other one."""
    review = locked_review(review_id)
    if not review.is_shown:
        raise UnknownReview(review_id)
    return review


def locked_reviews(review_ids: Iterable[int]) -> list[Review]:
    """Those that are there."""
    return list(Review.objects.select_for_update().filter(pk__in=list(review_ids)).order_by("pk"))
