"""Telling the other stores, within the transaction that changes a row."""

from collections.abc import Iterable

from apps.reviews.models import Event, Review
from movieverse.outbox import emit
from movieverse.outbox.models import Action


def summaries_changed(movie_ids: Iterable[int], action: Action = Action.SAVED) -> None:
    emit([_of_movie("rating_summary", movie_id, action) for movie_id in movie_ids])


def tags_changed(movie_ids: Iterable[int]) -> None:
    emit([_of_movie("tags", movie_id) for movie_id in dict.fromkeys(movie_ids)])


def _of_movie(kind: str, movie_id: int, action: Action = Action.SAVED) -> Event:
    return Event(kind=kind, object_id=movie_id, action=action, data={"movie_id": movie_id})


def reviews_changed(reviews: Iterable[Review]) -> None:
    """One that nobody may see any more is to the others a deleted one."""
    emit([_of_review(review, Action.SAVED if review.is_shown else Action.DELETED) for review in reviews])


def reviews_deleted(reviews: Iterable[Review]) -> None:
    emit([_of_review(review, Action.DELETED) for review in reviews])


def _of_review(review: Review, action: Action) -> Event:
    return Event(kind="review", object_id=review.pk, action=action, data={"movie_id": review.movie_id})
