"""What goes when a movie or a member has gone. A batch a transaction; interrupted, it is done again from the start."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Model

import movieverse
from apps.reviews.models import (
    HelpfulVote,
    MergedRow,
    Rating,
    RatingSummary,
    Review,
    ReviewReport,
    ReviewRevision,
    Tag,
)
from apps.reviews.services.events import reviews_changed, reviews_deleted, summaries_changed, tags_changed
from apps.reviews.services.moderation import moderator_forget, reports_forget
from apps.reviews.services.raters import ERASED, raters_load
from apps.reviews.services.summaries import shift_summary
from apps.reviews.services.votes import votes_turn
from movieverse import merging
from movieverse.outbox.models import Action

_BATCH = 500


def movies_forget(*, movie_ids: Iterable[int]) -> None:
    """Delete what members said of movies that are gone."""
    for movie_id in movie_ids:
        _forget_summary(movie_id)  # first: without it nobody can rate the movie
        for forget in (_forget_ratings, _forget_reviews, _forget_tags):
            while forget(movie_id=movie_id):
                pass


def members_forget(*, user_ids: Iterable[int]) -> None:
    """Delete what members said who are gone."""
    user_ids = list(user_ids)
    merged_rows_forget(user_ids)
    for user_id in user_ids:
        for forget in (_withdraw_ratings, _forget_reviews, _forget_tags, _withdraw_votes, reports_forget):
            while forget(user_id=user_id):
                pass
        moderator_forget(user_id)


def merged_rows_forget(user_ids: Iterable[int]) -> None:
    """Delete what merges have noted of members, so that undoing one brings none of it back."""
    merging.forget_members(MergedRow, user_ids)


def member_anonymise(*, user_id: int, rater: str) -> None:
    """Let reviews and ratings of a member who is gone stay as a rater's of whom nothing is known. All else goes."""
    rater_id = raters_load(source=ERASED, values=[rater])[rater]
    merged_rows_forget([user_id])
    for pass_on in (_pass_on_reviews, _pass_on_ratings):
        while pass_on(user_id, rater_id):
            pass
    for forget in (_forget_tags, _withdraw_votes, reports_forget):
        while forget(user_id=user_id):
            pass
    moderator_forget(user_id)


@movieverse.atomic("reviews")
def _pass_on_reviews(user_id: int, rater_id: int) -> int:
    """As they are now: what they said before is nobody's to read any more."""
    reviews = list(Review.objects.select_for_update().filter(user_id=user_id).order_by("pk")[:_BATCH])
    _make_room(Review, rater_id, reviews)
    ReviewReport.objects.filter(review__in=reviews).update(resolved_by=None)
    ReviewRevision.objects.filter(review__in=reviews).delete()
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(
        user_id=rater_id, hidden_by=None, version=F("version") + 1
    )
    reviews_changed(reviews)
    return len(reviews)


@movieverse.atomic("reviews")
def _pass_on_ratings(user_id: int, rater_id: int) -> int:
    """Who has rated is nothing that a summary knows."""
    ratings = list(Rating.objects.select_for_update().filter(user_id=user_id).order_by("movie_id")[:_BATCH])
    for earlier in _make_room(Rating, rater_id, ratings):
        shift_summary(earlier.movie_id, Counter({earlier.value: -1}))
    Rating.objects.filter(pk__in=[rating.pk for rating in ratings]).update(user_id=rater_id)
    return len(ratings)


def _make_room(model: type[Any], rater_id: int, rows: Sequence[Any]) -> list[Any]:
    """What was said as the account went comes last, and takes the place of what was passed on before."""
    earlier = list(model.objects.filter(user_id=rater_id, movie_id__in=[row.movie_id for row in rows]))
    _delete(model, earlier)
    return [row for row in earlier if not row.withheld]


@movieverse.atomic("reviews")
def _forget_summary(movie_id: int) -> None:
    gone, _ = RatingSummary.objects.filter(pk=movie_id).delete()
    if gone:
        summaries_changed([movie_id], Action.DELETED)


@movieverse.atomic("reviews")
def _forget_ratings(**of: int) -> int:
    return _delete(Rating, list(Rating.objects.filter(**of).only("pk")[:_BATCH]))


@movieverse.atomic("reviews")
def _forget_reviews(**of: int) -> int:
    reviews = list(Review.objects.select_for_update().filter(**of).order_by("pk").only("movie_id")[:_BATCH])
    reviews_deleted(reviews)
    return _delete(Review, reviews)


@movieverse.atomic("reviews")
def _forget_tags(**of: int) -> int:
    tags = list(Tag.objects.select_for_update().filter(**of).order_by("pk").only("movie_id")[:_BATCH])
    tags_changed(tag.movie_id for tag in tags)
    return _delete(Tag, tags)


@movieverse.atomic("reviews")
def _withdraw_ratings(**of: int) -> int:
    ratings = list(Rating.objects.select_for_update().filter(**of).order_by("movie_id")[:_BATCH])
    deleted = _delete(Rating, ratings)
    for rating in ratings:
        if not rating.withheld:
            shift_summary(rating.movie_id, Counter({rating.value: -1}))
    return deleted


def _withdraw_votes(user_id: int) -> int:
    """Some at a time, each first taken out of its review's count."""
    turned = votes_turn(user_id, withheld=True)
    if not turned:
        HelpfulVote.objects.filter(user_id=user_id, withheld=True).delete()
    return turned


def _delete(model: type[Model], rows: list) -> int:
    """How many there were. Others may delete the same at once; that is no sign that none are left."""
    model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
