"""Reads of reviews and ratings."""

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.reviews.models import Rating, RatingSummary, Review


def reviews_of_movie(movie_id: int) -> QuerySet[Review]:
    return Review.objects.filter(movie_id=movie_id)


def rating_of(*, user_id: int, movie_id: int) -> Rating | None:
    return Rating.objects.filter(user_id=user_id, movie_id=movie_id).first()


def summary_of(movie_id: int) -> RatingSummary:
    """The movie's summary, an empty one where nobody has rated."""
    return RatingSummary.objects.filter(pk=movie_id).first() or RatingSummary(pk=movie_id)


def reviews_by(user_id: int) -> QuerySet[Review]:
    return Review.objects.filter(user_id=user_id)


def ratings_by(user_id: int) -> QuerySet[Rating]:
    return Rating.objects.filter(user_id=user_id)


def rated_by(user_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(user, movie) of every rating of these users."""
    return set(Rating.objects.filter(user_id__in=set(user_ids)).values_list("user_id", "movie_id"))


def reviewed_by(user_ids: Iterable[int]) -> set[tuple[int, int]]:
    """(user, movie) of every review of these users."""
    return set(Review.objects.filter(user_id__in=set(user_ids)).values_list("user_id", "movie_id"))
