"""Writes to the reviews store. Whatever they change, they tell the other stores by an event in the same transaction.

Every change of a rating changes its movie's summary in the same transaction. Locks are taken in one order, a rating's
and then its movie's summary's, so that two writers wait for each other instead of deadlocking.
"""

from apps.reviews.services.checks import ReviewsClosed, UnknownMovie
from apps.reviews.services.raters import raters_load
from apps.reviews.services.ratings import rating_delete, rating_set, ratings_load
from apps.reviews.services.removal import member_anonymise, members_forget, movies_forget
from apps.reviews.services.reviews import (
    AlreadyReviewed,
    UnknownReview,
    review_create,
    review_delete,
    review_update,
    reviews_load,
)
from apps.reviews.services.summaries import summaries_recount
from apps.reviews.services.tags import TooManyTags, tag_add, tag_remove, tags_load

__all__ = [
    "AlreadyReviewed", "ReviewsClosed", "TooManyTags", "UnknownMovie", "UnknownReview", "member_anonymise",
    "members_forget", "movies_forget", "raters_load", "rating_delete", "rating_set", "ratings_load", "review_create",
    "review_delete", "review_update", "reviews_load", "summaries_recount", "tag_add", "tag_remove", "tags_load",
]  # fmt: skip
