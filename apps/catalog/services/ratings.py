"""What members' ratings come to, as the catalogue shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.catalog.models import Movie
from movieverse.bulk import batched

_BATCH = 100


@dataclass(frozen=True, slots=True)
class RatingProjection:
    movie_id: int
    count: int
    average: float  # in stars; 0 without ratings
    score: float
    version: int  # of the summary that it is taken from

    @classmethod
    def of_none(cls, movie_id: int) -> "RatingProjection":
        """What is shown of a movie that has no summary."""
        return cls(movie_id, 0, 0, 0, 0)


def ratings_project(*, projections: Sequence[RatingProjection], anyhow: bool = False) -> None:
    """Show these ratings with their movies. An older summary never takes a newer one's place, unless `anyhow`.

    Who has read a summary and then was held up may come late.
    """
    for some in batched(projections, _BATCH):
        _project(some, anyhow)


def _project(projections: Sequence[RatingProjection], anyhow: bool) -> None:
    shown = dict(Movie.objects.filter(pk__in=[one.movie_id for one in projections]).values_list("pk", "rating_version"))
    for one in projections:
        if one.movie_id in shown and (anyhow or shown[one.movie_id] < one.version):
            movies = Movie.objects.filter(pk=one.movie_id)
            (movies if anyhow else movies.filter(rating_version__lt=one.version)).update(
                rating_count=one.count, rating_avg=one.average, rating_score=one.score, rating_version=one.version
            )
