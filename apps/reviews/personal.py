"""What the reviews store has of a member."""

from apps.reviews.models import (
    HelpfulVote,
    MergedRow,
    ModerationAct,
    Rating,
    Review,
    ReviewReport,
    ReviewRevision,
    Tag,
)
from movieverse.personal import holds

holds(Review, "Your reviews.", hidden=["hidden_by"])
holds(
    ReviewRevision,
    "What your reviews said before they were changed.",
    member="review__user_id",
    name="former-reviews",
    hidden=["by"],
)
holds(Rating, "Your ratings, in half-stars.")
holds(Tag, "The tags you have given.", hidden=["folded"])
holds(HelpfulVote, "The reviews you find helpful.")
holds(ReviewReport, "The reviews you have reported.", name="reports", hidden=["resolved_by"])
holds(ModerationAct, "What moderators have done about your reviews.", name="moderation", hidden=["by"])
holds(ModerationAct, "What you have done as a moderator.", member="by", name="moderation-acts", hidden=["user_id"])
holds(MergedRow, "What was said by you of titles that were merged.", name="merged-words", hidden=["key", "kept"])
