from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema

from apps.catalog import cache, selectors
from apps.catalog.api.filters import MovieFilter
from apps.catalog.api.serializers.movies import ListedMovieSerializer
from apps.catalog.api.views.base import MovieRowsMixin, genres_of
from apps.catalog.models import Movie
from apps.catalog.trends import FIELDS
from movieverse.api.degraded import Degraded
from movieverse.api.problems import ParameterError
from movieverse.api.views import FilteredListView, PublicMixin

WINDOWS = [*FIELDS]
WINDOW = OpenApiParameter(
    "window",
    enum=WINDOWS,
    default=WINDOWS[0],
    description="In a `day`, what happened twelve hours ago counts half; in a `week`, what did three and a half "
    "days ago.",
)


@extend_schema(parameters=[WINDOW])
class TrendingMovies(PublicMixin, MovieRowsMixin, FilteredListView):
    """Titles that people are busy with, most of all the first.

    That is: whose pages are looked at, and which are rated, reviewed and put on watchlists; the latest counts most,
    from some seconds after it has happened. Titles that nobody has done anything with are left out, so a new site's
    list is empty.
    """

    cached = cache.TRENDING
    serializer_class = ListedMovieSerializer
    filterset_class = MovieFilter
    default_ordering = "-trend"

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), WINDOW.name]

    @property
    def orderings(self) -> dict[str, str]:  # type: ignore[override]
        return {"trend": self.field}

    @property
    def field(self) -> str:
        window = self.request.query_params.get("window", WINDOWS[0])
        if window not in WINDOWS:
            raise ParameterError("window", f"window is one of {', '.join(WINDOWS)}.")
        return FIELDS[window]

    def get_queryset(self) -> QuerySet[Movie]:
        images = ["images"] if self.wants("images") else []
        movies = selectors.movie_summaries(self.field, *self.read_for_languages, *images)
        return movies.filter(**{f"{self.field}__gt": 0})

    def page_context(self, page: Sequence[Movie], degraded: Degraded) -> dict[str, Any]:
        return {"genres": genres_of(page) if self.wants("genres") else {}}
