"""Telling the other stores, within the transaction that changes a row."""

from collections.abc import Iterable

from apps.reviews.models import Event, Review
from movieverse.outbox import emit
from movieverse.outbox.models import Action


def summaries_changed(movie_ids: Iterable[int], action: Action = Action.SAVED) -> None:
    emit([Event(kind="rating_summary", object_id=movie_id, action=action) for movie_id in movie_ids])


def tags_changed(movie_ids: Iterable[int]) -> None:
    emit([Event(kind="tags", object_id=movie_id) for movie_id in dict.fromkeys(movie_ids)])


def reviews_changed(reviews: Iterable[Review], action: Action = Action.SAVED) -> None:
    emit(
        [
            Event(kind="review", object_id=review.pk, action=action, data={"movie_id": review.movie_id})
            for review in reviews
        ]
    )
