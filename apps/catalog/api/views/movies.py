from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors, services
from apps.catalog.api.filters import MovieFilter
from apps.catalog.api.serializers.inputs import MovieInputSerializer
from apps.catalog.api.serializers.movies import ListedMovieSerializer, MovieDetailSerializer
from apps.catalog.api.serializers.names import CollectionSerializer, CompanySerializer
from apps.catalog.api.serializers.places import PlaceSerializer
from apps.catalog.api.serializers.shared import shown_ids
from apps.catalog.api.views.base import (
    LANGUAGE,
    CuratedMixin,
    InLanguagesMixin,
    MovieRowsMixin,
    changed,
    genres_of,
    stored,
    there,
)
from apps.catalog.models import Movie
from movieverse.api.degraded import Degraded
from movieverse.api.views import ApiView, FilteredListView


class MovieList(CuratedMixin, MovieRowsMixin, FilteredListView):
    """Titles, films and shows, the most popular first."""

    cached = cache.MOVIES
    serializer_class = ListedMovieSerializer
    filterset_class = MovieFilter
    orderings = {
        "popularity": "popularity",
        "rating": "rating_score",
        "rating_count": "rating_count",
        "release_date": "release_day",
        "title": "sort_title",
    }
    default_ordering = "-popularity"
    actions = {"POST": "add"}
    written = Movie

    def get_queryset(self) -> QuerySet[Movie]:
        images = ["images"] if self.wants("images") else []
        return selectors.movie_summaries(*self.read_for_languages, *images)

    def page_context(self, page: Sequence[Movie], degraded: Degraded) -> dict[str, Any]:
        return {"genres": genres_of(page) if self.wants("genres") else {}}

    @extend_schema(request=MovieInputSerializer, responses={201: MovieDetailSerializer})
    def post(self, request: Request) -> Response:
        """Add a title. What is said of it is locked: data sets leave it alone."""
        movie = Movie(**self.given(MovieInputSerializer(data=request.data)))
        return self.created(MovieDetail, "movie", services.movie_save(movie=movie, by=request.user.pk).pk)


class MovieDetail(CuratedMixin, InLanguagesMixin, ApiView):
    """A title with all that is known of it; what is long is left out unless `expand` names it."""

    cached = cache.MOVIE
    serializer_class = MovieDetailSerializer
    versioned = True
    actions = {"PATCH": "change", "DELETE": "delete"}
    problems = {"DELETE": (409,)}
    written = Movie

    @extend_schema(parameters=[LANGUAGE])
    def get(self, request: Request, movie_id: int) -> Response:
        parts = [*filter(self.wants, selectors.MOVIE_PARTS), *self.read_for_languages]
        movie = there(selectors.movie_with(movie_id, parts), "movie", movie_id)
        return self.answer(movie, {name: read(movie) for name, read in _ASIDE.items() if self.wants(name)})

    @extend_schema(request=MovieInputSerializer)
    def patch(self, request: Request, movie_id: int) -> Response:
        """Change facts of a title. They are locked: data sets leave them alone."""
        movie = stored(Movie, movie_id)
        changes = self.given(MovieInputSerializer(movie, data=request.data))
        services.movie_save(movie=changed(movie, changes), by=request.user.pk, version=self.version_seen(movie))
        return self.get(request, movie_id)

    def delete(self, request: Request, movie_id: int) -> Response:
        """Delete a title, its places in lists, and what other sources call it."""
        services.movie_delete(movie=stored(Movie, movie_id), by=request.user.pk, version=self.expected_version)
        return Response(status=204)


def _collection_shown(movie: Movie) -> Any:
    collection = selectors.collection_of(movie)
    return collection and CollectionSerializer(collection).data


def _lists_shown(movie: Movie) -> Any:
    places = selectors.places_of(movie.pk).order_by("pk")[: selectors.MOST_PARTS]
    return PlaceSerializer(selectors.with_lists(places), many=True).data


# What a title's page shows beside its row, each read only where it is wanted.
_ASIDE: dict[str, Callable[[Movie], Any]] = {
    "genres": lambda movie: genres_of([movie]),
    "external_ids": shown_ids,
    "companies": lambda movie: CompanySerializer(selectors.companies_of(movie), many=True).data,
    "collection": _collection_shown,
    "lists": _lists_shown,
}
