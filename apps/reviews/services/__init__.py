"""Writes to the reviews store. Whatever they change, they tell the other stores by an event in the same transaction.

Every change of a rating changes its movie's summary in the same transaction. Locks are taken in one order, a rating's
and then its movie's summary's, a review's and then those of its votes and reports, so that two writers wait for each
other instead of deadlocking.
"""

from apps.reviews.services.batches.leaving import batch_withdraw
from apps.reviews.services.batches.loading import (
    BatchUnderWay,
    batch_loading,
    batch_may_begin,
    chunk_load,
    chunk_preview,
)
from apps.reviews.services.batches.showing import batch_show
from apps.reviews.services.batches.side_by_side import loaders, remark_on_loading
from apps.reviews.services.batches.tagging import fault_of_tag, tags_bring, tags_brought, tags_preview
from apps.reviews.services.checks import ReviewsClosed, UnknownMovie, movies_follow
from apps.reviews.services.locks import UnknownReview
from apps.reviews.services.merging import movie_merge, movie_part
from apps.reviews.services.moderation import (
    AlreadyReported,
    NotHidden,
    NotReported,
    reports_dismiss,
    review_hide,
    review_report,
    review_restore,
)
from apps.reviews.services.raters import raters_load
from apps.reviews.services.ratings import rating_delete, rating_set, ratings_date, ratings_load
from apps.reviews.services.removal import member_anonymise, members_forget, movies_forget
from apps.reviews.services.reviews import (
    AlreadyReviewed,
    review_create,
    review_delete,
    review_update,
    reviews_load,
)
from apps.reviews.services.standing import members_release, members_settle, members_withhold
from apps.reviews.services.summaries import summaries_recount
from apps.reviews.services.tags import TooManyTags, tag_add, tag_remove, tags_load
from apps.reviews.services.votes import OwnReview, vote_add, vote_remove

__all__ = [
    "AlreadyReported", "AlreadyReviewed", "BatchUnderWay", "NotHidden", "NotReported", "OwnReview", "ReviewsClosed",
    "TooManyTags", "UnknownMovie", "UnknownReview", "batch_loading", "batch_may_begin", "batch_show", "batch_withdraw",
    "chunk_load", "chunk_preview", "fault_of_tag", "loaders", "member_anonymise", "members_forget", "members_release",
    "members_settle", "members_withhold", "movie_merge", "movie_part", "movies_follow", "movies_forget", "raters_load",
    "rating_delete", "rating_set", "ratings_date", "ratings_load", "remark_on_loading", "reports_dismiss",
    "review_create", "review_delete", "review_hide", "review_report", "review_restore", "review_update", "reviews_load",
    "summaries_recount", "tag_add", "tag_remove", "tags_bring", "tags_brought", "tags_load", "tags_preview", "vote_add",
    "vote_remove",
]  # fmt: skip
