"""Titles that are like one."""

import re
from functools import cached_property
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api.views.base import LANGUAGE, InLanguagesMixin, genres_shown, there
from apps.catalog.models import Genre, Movie
from apps.catalog.selectors import movie_summaries
from apps.recommendations import cache
from apps.recommendations.api.serializers import SimilarSerializer, TitledSerializer
from apps.recommendations.selectors.neighbours import answering
from apps.recommendations.selectors.recommendation import Recommendations
from apps.recommendations.selectors.similar import ASKED, similar
from apps.recommendations.selectors.titles import meant_by
from movieverse.api.pagination import DEFAULT_LIMIT, limit_of, limit_parameter
from movieverse.api.problems import ParameterError
from movieverse.api.views import ApiView, PublicMixin

MOST = 50
LONGEST = 300
_YEAR = re.compile(r"[0-9]{4}")

LIMIT = limit_parameter(most=MOST)
TITLE = OpenApiParameter(
    "title",
    {"type": "string", "minLength": 1, "maxLength": LONGEST},
    required=True,
    description="A title, with its year in brackets if you like. Case, accents and a leading article do not matter.",
)
YEAR = OpenApiParameter("year", {"type": "integer", "minimum": 1870, "maximum": 2200}, description="Of its release.")


class LikeTitles(PublicMixin, InLanguagesMixin, ApiView):
    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), LIMIT.name]

    def asked_about(self, movie_id: int) -> Movie | None:
        return movie_summaries(*ASKED, *self.read_for_languages).in_bulk([movie_id]).get(movie_id)

    @cached_property
    def limit(self) -> int:
        return limit_of(self.request, DEFAULT_LIMIT, MOST)

    @cached_property
    def genres(self) -> dict[int, Any]:
        """All of them: what is alike is told by their names, too."""
        return genres_shown(Genre.objects.all())

    def similar_to(self, movie: Movie) -> Recommendations:
        names = {pk: genre["name"] for pk, genre in self.genres.items()}
        return similar(movie, number=self.limit, genres=names, more=self.read_for_languages)


class MovieSimilar(LikeTitles):
    """Titles that are like one: in what is said of them, and in who likes them. Each says why."""

    cached = cache.SIMILAR
    serializer_class = SimilarSerializer

    @extend_schema(parameters=[LANGUAGE, LIMIT])
    def get(self, request: Request, movie_id: int) -> Response:
        found = self.similar_to(there(self.asked_about(movie_id), "movie", movie_id))
        return self.answer(found, {"genres": self.genres})


class ByTitle(LikeTitles):
    """Titles that are like one whose name you know.

    Where several have that name, or none, `movie` is null, and `candidates` are those that may be meant.
    """

    cached = cache.TITLED
    serializer_class = TitledSerializer

    def allowed_parameters(self) -> list[str]:
        return [TITLE.name, YEAR.name, *super().allowed_parameters()]

    @cached_property
    def asked(self) -> dict[str, Any]:
        title, year = self.request.query_params.get("title", ""), self.request.query_params.get("year")
        if not title.strip() or len(title) > LONGEST:
            raise ParameterError("title", f"title is the name of a title, in 1 to {LONGEST} characters.")
        if year is not None and not (_YEAR.fullmatch(year) and 1870 <= int(year) <= 2200):
            raise ParameterError("year", "year is a year from 1870 to 2200.")
        return {"title": title, "year": int(year) if year else None}

    @extend_schema(parameters=[TITLE, YEAR, LANGUAGE, LIMIT])
    def get(self, request: Request) -> Response:
        _ = self.limit  # raises also where there will be no results
        meant = meant_by(**self.asked, more=self.read_for_languages)
        movie = self.asked_about(meant.movie_id) if meant.movie_id else None
        found = self.similar_to(movie) if movie else Recommendations(model.number if (model := answering()) else None)
        told = {"movie": movie, "candidates": meant.candidates, "found": found}
        return self.answer(told, {"genres": self.genres})
