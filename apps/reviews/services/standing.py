"""What members say stands as their accounts do: of those who cannot sign in, nothing is shown or counted.

What was said stays stored, withheld, and comes back with the account. A batch a transaction; interrupted, it is done
again from the start.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import movieverse
from apps.accounts import selectors as accounts
from apps.reviews.models import ModerationAct, Rating, Review, Tag
from apps.reviews.services.events import reviews_changed, tags_changed
from apps.reviews.services.summaries import shift_summary
from apps.reviews.services.votes import votes_turn

_BATCH = 500


def as_members_stand(rows: Collection[Any]) -> None:
    """Withhold new rows of members who cannot sign in, before they are stored."""
    inactive = accounts.inactive_ids(row.user_id for row in rows if row.user_id > 0)
    for row in rows:
        row.withheld = row.user_id in inactive


def members_settle(*, user_ids: Iterable[int]) -> None:
    """Withhold what members say whose accounts are not active, release that of the others.

    Of who has no account any more nothing is released: it is about to go. An account that changes meanwhile is
    looked at again, so that of two who settle at once the last one leaves what is right.
    """
    there = set(accounts.handles_by_id(user_ids))
    inactive: set[int] | None = None
    while inactive != (now := accounts.inactive_ids(there)):
        members_withhold(user_ids=sorted(now))
        members_release(user_ids=sorted(there - now))
        inactive = now


def members_withhold(*, user_ids: Iterable[int]) -> None:
    for user_id in user_ids:
        _note(user_id, ModerationAct.Kind.WITHHOLD)
        _turn_all(user_id, withheld=True)


def members_release(*, user_ids: Iterable[int]) -> None:
    for user_id in user_ids:
        _note(user_id, ModerationAct.Kind.RELEASE)
        _turn_all(user_id, withheld=False)


@movieverse.atomic("reviews")
def _note(user_id: int, kind: ModerationAct.Kind) -> None:
    """Once, however often it is told; and nobody is released who was never withheld."""
    turns = ModerationAct.objects.filter(user_id=user_id, review_id=None).order_by("-pk")
    last = turns.values_list("kind", flat=True).first() or ModerationAct.Kind.RELEASE
    if last != kind:
        ModerationAct.objects.create(kind=kind, user_id=user_id)


def _turn_all(user_id: int, *, withheld: bool) -> None:
    for turn in (_turn_reviews, _turn_ratings, _turn_tags, votes_turn):
        while turn(user_id, withheld):
            pass


@movieverse.atomic("reviews")
def _turn_reviews(user_id: int, withheld: bool) -> int:
    rows = Review.objects.select_for_update().filter(user_id=user_id, withheld=not withheld)
    reviews = list(rows.order_by("pk")[:_BATCH])
    _mark(Review, reviews, withheld)
    reviews_changed(review for review in reviews if review.hidden_at is None)
    return len(reviews)


@movieverse.atomic("reviews")
def _turn_ratings(user_id: int, withheld: bool) -> int:
    rows = Rating.objects.select_for_update().filter(user_id=user_id, withheld=not withheld)
    ratings = list(rows.order_by("movie_id")[:_BATCH])
    _mark(Rating, ratings, withheld)
    for rating in ratings:
        shift_summary(rating.movie_id, Counter({rating.value: -1 if withheld else 1}))
    return len(ratings)


@movieverse.atomic("reviews")
def _turn_tags(user_id: int, withheld: bool) -> int:
    rows = Tag.objects.select_for_update().filter(user_id=user_id, withheld=not withheld)
    tags = list(rows.order_by("pk")[:_BATCH])
    _mark(Tag, tags, withheld)
    tags_changed(tag.movie_id for tag in tags)
    return len(tags)


def _mark(model: type[Any], rows: list[Any], withheld: bool) -> None:
    for row in rows:
        row.withheld = withheld
    model.objects.filter(pk__in=[row.pk for row in rows]).update(withheld=withheld)
