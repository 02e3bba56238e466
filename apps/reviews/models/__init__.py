"""What members say of titles: reviews, ratings with their summaries, tags. And what moderators do about it."""

from apps.reviews.models.batches import RatingBatch, RatingChange, RatingChunk
from apps.reviews.models.events import Event
from apps.reviews.models.merging import MergedRow
from apps.reviews.models.moderation import ModerationAct, ReportedReview, ReviewReport
from apps.reviews.models.ratings import HALF_STARS, PRIOR_AVERAGE, Rater, Rating, RatingSummary
from apps.reviews.models.reviews import LONGEST_REASON, TEXT, HelpfulVote, Review, ReviewRevision
from apps.reviews.models.tags import Tag, folded_tag, no_control_characters

__all__ = [
    "HALF_STARS", "LONGEST_REASON", "PRIOR_AVERAGE", "TEXT", "Event", "HelpfulVote", "MergedRow", "ModerationAct",
    "Rater", "Rating", "RatingBatch", "RatingChange", "RatingChunk", "RatingSummary", "ReportedReview", "Review",
    "ReviewReport", "ReviewRevision", "Tag", "folded_tag", "no_control_characters",
]  # fmt: skip
