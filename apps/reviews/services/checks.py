"""What has to hold before anything is said of a movie."""

from apps.catalog import selectors as catalog
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
