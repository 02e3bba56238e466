"""What the catalogue shows of ratings, against the summaries that it is taken from."""

from collections.abc import Iterable, Iterator
from typing import Any

from apps.catalog.models import Movie
from apps.catalog.services import RatingProjection
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from apps.reviews.selectors import projections_of
from movieverse.outbox.stores import pending_ids

_BATCH = 1_000
_SHOWN = Movie.objects.only("pk", *Movie.PROJECTED)


def projections(read: Reader) -> Iterator[Finding]:
    for movies in read.rows(_SHOWN, _BATCH):
        wanted = _wanted(movie.pk for movie in movies)
        yield from _confirmed({movie.pk for movie in movies if _shown(movie) != wanted[movie.pk]})


def _confirmed(movie_ids: set[int]) -> Iterator[Finding]:
    """A summary that has not changed while its movie was read, and of which no event is on its way, is shown."""
    wanted = _wanted(movie_ids)
    settled = movie_ids - pending_ids("reviews", "rating_summary", movie_ids)
    movies = list(_SHOWN.filter(pk__in=settled).order_by("pk"))
    still = _wanted(settled)
    for movie in movies:
        shown, due = _shown(movie), wanted[movie.pk]
        if due == still[movie.pk] and shown != due:
            fault = f"shows {_words(shown)}; its summary says {_words(due)}"
            yield Finding("movie", movie.pk, fault, "projection", movie.pk)


def _wanted(movie_ids: Iterable[int]) -> dict[int, RatingProjection]:
    """Nothing of movies that have no summary."""
    ids = list(movie_ids)
    found = {projection.movie_id: projection for projection in projections_of(ids)}
    return {movie_id: found.get(movie_id) or RatingProjection.of_none(movie_id) for movie_id in ids}


def _shown(movie: Movie) -> RatingProjection:
    return RatingProjection(
        movie.pk, movie.rating_count, movie.rating_avg, movie.rating_score, movie.rating_version
    )  # fmt: skip


def _words(projection: Any) -> str:
    return (
        f"{projection.count} ratings of {projection.average:g} stars, "
        f"score {projection.score:g}, version {projection.version}"
    )
