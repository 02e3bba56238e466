"""Who found a review helpful. The review's count is that of the votes that are not withheld."""

from django.db.models import F

import movieverse
from apps.reviews.models import HelpfulVote, Review
from apps.reviews.services.events import reviews_changed
from apps.reviews.services.locks import locked_reviews, locked_shown_review
from movieverse.exceptions import DomainError

_BATCH = 500


class OwnReview(DomainError):
    status, code = 403, "own-review"
    detail = "This is your own review."


@movieverse.atomic("reviews")
def vote_add(*, user_id: int, review_id: int) -> Review:
    """Say that a review is helpful; once more changes nothing."""
    review = locked_shown_review(review_id)
    if review.user_id == user_id:
        raise OwnReview
    _, created = HelpfulVote.objects.get_or_create(review=review, user_id=user_id)
    if created:
        _count([review], 1)
    return review


@movieverse.atomic("reviews")
def vote_remove(*, user_id: int, review_id: int) -> Review:
    """Take it back, if one has said so."""
    review = locked_shown_review(review_id)
    votes = HelpfulVote.objects.filter(review=review, user_id=user_id)
    counted = votes.filter(withheld=False).exists()
    votes.delete()
    if counted:
        _count([review], -1)
    return review


@movieverse.atomic("reviews")
def votes_turn(user_id: int, withheld: bool) -> int:
    """Withhold or release some of a member's votes. Returns how many there were left."""
    to_turn = HelpfulVote.objects.filter(user_id=user_id, withheld=not withheld).order_by("review_id")
    reviews = locked_reviews(to_turn.values_list("review_id", flat=True)[:_BATCH])
    found = set(to_turn.filter(review__in=reviews).select_for_update().values_list("review_id", flat=True))
    HelpfulVote.objects.filter(user_id=user_id, review__in=found).update(withheld=withheld)
    _count([review for review in reviews if review.pk in found], -1 if withheld else 1)
    return len(reviews)


def _count(reviews: list[Review], change: int) -> None:
    """Of reviews that are held."""
    for review in reviews:
        review.helpful_count += change
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(helpful_count=F("helpful_count") + change)
    reviews_changed(reviews)
