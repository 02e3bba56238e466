"""What is kept of the answers that show what members say."""

from collections.abc import Iterable
from typing import Any

from movieverse.cache import Cached

FRESH = 60  # seconds


def _reviews(view: Any, data: Any) -> Iterable[str]:
    return ("review", *(tag for row in view.paginator.page for tag in _about(row.movie_id, row.user_id)))


def _reviews_of_member(view: Any, data: Any) -> Iterable[str]:
    return (f"user:{view.author.pk}", *_reviews(view, data))


def _review(view: Any, data: Any) -> Iterable[str]:
    about = _about(data["movie"]["id"], data["author"]["id"]) if {"movie", "author"} <= data.keys() else _ANYBODY
    return (f"review:{view.kwargs['review_id']}", *about)


_ANYBODY = ("movie", "user", "profile")


def _about(movie_id: int, user_id: int) -> Iterable[str]:
    """The title, and the member, whose name comes from their profile."""
    return f"movie:{movie_id}", f"user:{user_id}", f"profile:{user_id}"


def _of_the_movie(view: Any, *kinds: str) -> Iterable[str]:
    return [f"{kind}:{view.kwargs['movie_id']}" for kind in ("movie", *kinds)]


REVIEWS = Cached(name="reviews", tags=_reviews, fresh=FRESH)
MEMBER_REVIEWS = Cached(name="member's reviews", tags=_reviews_of_member, fresh=FRESH)
REVIEW = Cached(name="review", tags=_review, fresh=FRESH)
RATING_SUMMARY = Cached(
    name="rating summary", tags=lambda view, data: _of_the_movie(view, "rating_summary"), fresh=FRESH
)
MOVIE_TAGS = Cached(name="movie tags", tags=lambda view, data: _of_the_movie(view, "tags"), fresh=FRESH)
