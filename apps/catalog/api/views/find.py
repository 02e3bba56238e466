from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors
from apps.catalog.api.serializers.find import FoundSerializer
from apps.catalog.api.views.base import LANGUAGE, InLanguagesMixin, genres_of
from apps.catalog.models import Collection, Company, ExternalId, Genre, Person
from movieverse.api.views import ApiView, PublicMixin

Kind = ExternalId.Kind


class Find(PublicMixin, InLanguagesMixin, ApiView):
    """What another source means by an id: nothing, or a row of one kind or of several."""

    cached = cache.FIND
    serializer_class = FoundSerializer

    @extend_schema(parameters=[LANGUAGE])
    def get(self, request: Request, source: str, value: str) -> Response:
        ids = selectors.object_ids_by_kind(source, value)
        kinds: dict[str, tuple[str, Any]] = {
            "movies": (Kind.MOVIE, selectors.movie_summaries(*self.read_for_languages)),
            "people": (Kind.PERSON, Person.objects),
            "genres": (Kind.GENRE, Genre.objects),
            "companies": (Kind.COMPANY, Company.objects),
            "collections": (Kind.COLLECTION, Collection.objects),
        }
        found = {name: list(rows.filter(pk=ids[kind])) if kind in ids else [] for name, (kind, rows) in kinds.items()}
        return self.answer(found, {"genres": genres_of(found["movies"])})
