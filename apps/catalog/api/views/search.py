from collections.abc import Sequence
from functools import cached_property
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache
from apps.catalog.api.serializers.search import Found, FoundRowSerializer, SuggestionsSerializer
from apps.catalog.api.views.base import MovieRowsMixin, genres_of
from apps.catalog.models import Movie
from apps.catalog.search import finding, suggesting
from apps.catalog.search.query import LONGEST
from apps.catalog.search.schema import Kind
from movieverse.api.degraded import Degraded
from movieverse.api.pagination import limit_of, limit_parameter
from movieverse.api.problems import ParameterError
from movieverse.api.views import ApiView, ListView, PublicMixin

MOST_SUGGESTED, USUALLY_SUGGESTED = 20, 10
KINDS = {kind.label: kind for kind in Kind}

Q = OpenApiParameter(
    "q",
    {"type": "string", "minLength": 1, "maxLength": LONGEST},
    required=True,
    description="What to look for: a name, with a year if you like; words; or an id such as `tt0113277`, `tmdb:949`.",
)
TYPE = OpenApiParameter("type", description=f"What to look for, all unless told: {', '.join(KINDS)}, with | between.")
LIMIT = limit_parameter(USUALLY_SUGGESTED, MOST_SUGGESTED)


class AskedMixin:
    request: Any

    def allowed_parameters(self) -> list[str]:
        return [Q.name, TYPE.name, *super().allowed_parameters()]  # type: ignore[misc]

    @cached_property
    def asked(self) -> str:
        asked = self.request.query_params.get("q", "")
        if asked.strip() and len(asked) <= LONGEST:
            return asked
        raise ParameterError("q", f"q is what to look for, in 1 to {LONGEST} characters.")

    @cached_property
    def kinds(self) -> list[Kind]:
        labels = self.request.query_params.get("type")
        try:
            return [*Kind] if labels is None else [KINDS[label] for label in labels.split("|")]
        except KeyError as error:
            wanted = f"type is any of {', '.join(KINDS)}, with | between"
            raise ParameterError("type", f"There is no type {error}: {wanted}.") from None


@extend_schema(parameters=[Q, TYPE])
class Search(PublicMixin, AskedMixin, MovieRowsMixin, ListView):
    """Titles, people, companies and collections by name, what is meant most likely first.

    Case, accents and punctuation do not matter, a single wrong letter hardly. Whole names come before beginnings, these
    before names with an error, and at last single words, wherever they are; among equals the most popular comes first.
    """

    cached = cache.SEARCH
    serializer_class = FoundRowSerializer
    orderings = {"relevance": "tier"}
    default_ordering = "-relevance"

    def get_queryset(self) -> Any:
        return finding.find(self.asked, self.kinds)

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        hits: Any = super().paginate_queryset(queryset)
        rows = [hit.row for hit in hits]
        stored = finding.stored(rows, *self.read_for_languages)
        return [Found(row, stored[row]) for row in rows if row in stored]

    def page_context(self, page: Sequence[Found], degraded: Degraded) -> dict[str, Any]:
        titles = [found.stored for found in page if isinstance(found.stored, Movie)]
        return {"genres": genres_of(titles) if self.wants("item") else {}}


class Suggest(PublicMixin, AskedMixin, ApiView):
    """What a name may become that somebody is still typing."""

    cached = cache.SUGGEST
    serializer_class = SuggestionsSerializer

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), LIMIT.name]

    @extend_schema(parameters=[Q, TYPE, LIMIT])
    def get(self, request: Request) -> Response:
        limit = limit_of(request, USUALLY_SUGGESTED, MOST_SUGGESTED)
        return self.answer({"results": suggesting.suggest(self.asked, limit, self.kinds)})
