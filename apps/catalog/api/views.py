from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import selectors
from apps.catalog.api.filters import MovieFilter, PersonFilter
from apps.catalog.api.serializers import (
    GenreSerializer,
    MovieDetailSerializer,
    MovieSerializer,
    PersonDetailSerializer,
    PersonSerializer,
)
from apps.catalog.models import ExternalId, Genre, Movie, Person
from movieverse.api.degraded import Degraded
from movieverse.api.views import ApiView, FilteredListView, ListView, PublicMixin


class MovieList(PublicMixin, FilteredListView):
    """Movies, the most popular first."""

    queryset = Movie.objects.only(*selectors.MOVIE_LIST_FIELDS)
    serializer_class = MovieSerializer
    filterset_class = MovieFilter
    orderings = {"popularity": "popularity", "release_date": "release_day", "title": "sort_title"}
    default_ordering = "-popularity"

    def page_context(self, page: Sequence[Movie], degraded: Degraded) -> dict[str, Any]:
        return {"genres": _genres_of(page)}


class MovieDetail(PublicMixin, ApiView):
    """A movie with its credits and what other sources call it."""

    serializer_class = MovieDetailSerializer

    def get(self, request: Request, movie_id: int) -> Response:
        movie = Movie.objects.filter(pk=movie_id).first()
        if movie is None:
            raise NotFound(f"There is no movie {movie_id}.")
        external_ids = selectors.external_ids(ExternalId.Kind.MOVIE, movie_id)
        context = {"genres": _genres_of([movie]), "external_ids": external_ids}
        return Response(MovieDetailSerializer(movie, context=context).data)


def _genres_of(movies: Sequence[Movie]) -> dict[int, Any]:
    genres = selectors.genres_of(movies)
    return {genre.pk: GenreSerializer(genre).data for genre in genres}


class PersonList(PublicMixin, FilteredListView):
    """People in cast and crew, the most popular first."""

    queryset = Person.objects.only("name", "sort_name", "popularity")
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    orderings = {"popularity": "popularity", "name": "sort_name"}
    default_ordering = "-popularity"


class PersonDetail(PublicMixin, ApiView):
    """A person.

    Their movies are at `movies/?person=`.
    """

    serializer_class = PersonDetailSerializer

    def get(self, request: Request, person_id: int) -> Response:
        person = Person.objects.filter(pk=person_id).first()
        if person is None:
            raise NotFound(f"There is no person {person_id}.")
        context = {"external_ids": selectors.external_ids(ExternalId.Kind.PERSON, person_id)}
        return Response(PersonDetailSerializer(person, context=context).data)


class GenreList(PublicMixin, ListView):
    """Genres by name."""

    queryset = Genre.objects.all()
    serializer_class = GenreSerializer
    orderings = {"name": "slug"}
    default_ordering = "name"


class GenreDetail(PublicMixin, ApiView):
    """A genre.

    Its movies are at `movies/?genre=`.
    """

    serializer_class = GenreSerializer

    def get(self, request: Request, genre_id: int) -> Response:
        genre = Genre.objects.filter(pk=genre_id).first()
        if genre is None:
            raise NotFound(f"There is no genre {genre_id}.")
        return Response(GenreSerializer(genre).data)
