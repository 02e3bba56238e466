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


def reviews_changed(reviews: Iterable[Review], action: Action = Action.SAVED) -> None:
    emit(
        [
            Event(kind="review", object_id=review.pk, action=action, data={"movie_id": review.movie_id})
            for review in reviews
        ]
    )
