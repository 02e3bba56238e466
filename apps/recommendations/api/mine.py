"""What is recommended to the member who asks, and what they say of that."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog.api.titles import titles_of
from apps.catalog.api.views.base import LANGUAGE, InLanguagesMixin, genres_of
from apps.recommendations.api.serializers import DisinterestSerializer, RecommendedSerializer
from apps.recommendations.models import Disinterest
from apps.recommendations.selectors.personal import recommended
from apps.recommendations.services.disinterests import disinterest_add, disinterest_remove
from movieverse.api.degraded import Degraded
from movieverse.api.pagination import limit_of, limit_parameter
from movieverse.api.problems import ParameterError
from movieverse.api.views import ApiView, ListView

LIMIT = limit_parameter()
_SHARE = {"type": "number", "minimum": 0, "maximum": 1, "default": 0}
DIVERSITY = OpenApiParameter("diversity", _SHARE, description="0 to 1: how much titles are to differ from each other.")
NOVELTY = OpenApiParameter("novelty", _SHARE, description="0 to 1: how much to prefer what few have rated.")


class MyRecommendations(InLanguagesMixin, ApiView):
    """Titles for the member who asks, because of what they have rated, favoured and put on their watchlist.

    What they have seen, want to see or are not interested in is left out. A rating counts from the next answer on.
    """

    serializer_class = RecommendedSerializer
    degrades = True

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), LIMIT.name, DIVERSITY.name, NOVELTY.name]

    def share(self, name: str) -> float:
        try:
            share = float(self.request.query_params.get(name, 0))
        except ValueError:
            share = -1
        if 0 <= share <= 1:
            return share
        raise ParameterError(name, f"{name} is a number from 0 to 1.")

    @extend_schema(parameters=[LANGUAGE, LIMIT, DIVERSITY, NOVELTY])
    def get(self, request: Request) -> Response:
        degraded = Degraded()
        found = recommended(
            self.member.pk,
            number=limit_of(request),
            diversity=self.share("diversity"),
            novelty=self.share("novelty"),
            more=self.read_for_languages,
            degraded=degraded,
        )
        return self.answer(found, {"genres": genres_of(found.movies)}, degraded)


class MyDisinterests(ListView):
    """The titles that the member who asks does not want to be recommended."""

    serializer_class = DisinterestSerializer
    orderings = {"created": "created_at"}
    default_ordering = "-created"

    def get_queryset(self) -> QuerySet[Disinterest]:
        return Disinterest.objects.filter(user_id=self.member.pk)

    def page_context(self, page: Sequence[Disinterest], degraded: Degraded) -> dict[str, Any]:
        return {"titles": titles_of(page, degraded) if self.wants("movie") else {}}


class MyDisinterest(ApiView):
    """A title that the member who asks does not want to be recommended."""

    serializer_class = DisinterestSerializer
    problems = {"PUT": (409,)}

    @extend_schema(request=None, responses={200: DisinterestSerializer, 201: DisinterestSerializer})
    def put(self, request: Request, movie_id: int) -> Response:
        """Leave it out from now on, and have less of what is like it."""
        row, created = disinterest_add(user_id=self.member.pk, movie_id=movie_id)
        return self.answer(row, {"titles": titles_of([row], Degraded())}, status=201 if created else 200)

    def delete(self, request: Request, movie_id: int) -> Response:
        """Take that back."""
        if not disinterest_remove(user_id=self.member.pk, movie_id=movie_id):
            raise NotFound(f"You have not said that you are not interested in movie {movie_id}.")
        return Response(status=204)
