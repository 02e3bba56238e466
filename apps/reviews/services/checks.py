"""What has to hold before anything is said of a movie."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from apps.catalog import selectors as catalog
from apps.reviews.services.merging import movie_merge
from apps.reviews.services.removal import movies_forget
from movieverse.exceptions import DomainError


class ReviewsClosed(DomainError):
    status, code = 403, "reviews-closed"


class UnknownMovie(DomainError):
    status, code = 404, "not-found"

    def __init__(self, movie_id: int) -> None:
        super().__init__(f"There is no movie {movie_id}.")


def check_open() -> None:
    if not catalog.setting("reviews_open"):
        raise ReviewsClosed(catalog.setting("reviews_closed_message"))


def check_movie(movie_id: int) -> None:
    if not catalog.movie_exists(movie_id):
        raise UnknownMovie(movie_id)


@contextmanager
def about_movie(movie_id: int) -> Iterator[None]:
    """For the block that writes of a movie which need not be there, or may be deleted meanwhile: it is asked for twice.

    If it is deleted after the second answer, it takes along what was written as it does all else; and so it does if it
    is merged into another.
    """
    check_movie(movie_id)
    yield
    try:
        check_movie(movie_id)
    except UnknownMovie:
        movies_follow(movie_ids=[movie_id])
        raise


def movies_follow(*, movie_ids: Iterable[int]) -> None:
    """What was said of movies that are gone goes where they went."""
    for movie_id in movie_ids:
        stones = catalog.merges_of("movie", movie_id)
        if not stones:
            movies_forget(movie_ids=[movie_id])
        for stone in stones:
            movie_merge(movie_id=movie_id, into=stone.into, merge_id=stone.merge_id)
            movie_id = stone.into
