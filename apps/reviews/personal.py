"""What the reviews store has of a member."""

from collections.abc import Iterator

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
from movieverse.personal import Part, Row, holds, keeps

_OTHERS = ("by", "hidden_by", "resolved_by")


def _merged(user_id: int) -> Iterator[Row]:
    """Without who else had to do with it."""
    for noted in MergedRow.objects.filter(user_id=user_id).order_by("key"):
        yield {name: value for name, value in noted.before.items() if name not in _OTHERS}


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
keeps(
    Part(
        name="merged-words",
        store="reviews",
        about="What was said by you of titles that were merged.",
        count=lambda user_id: MergedRow.objects.filter(user_id=user_id).count(),
        rows=_merged,
        model=MergedRow,
    )
)
