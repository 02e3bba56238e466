from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache
from apps.catalog.api.discover import FACETS_PARAMETER, DiscoverFilter, facets_asked
from apps.catalog.api.serializers.movies import ListedMovieSerializer
from apps.catalog.api.serializers.names import GenreSerializer
from apps.catalog.api.views.base import LANGUAGE, MovieRowsMixin, genres_shown
from apps.catalog.models import Genre, Movie
from apps.catalog.search import finding
from apps.catalog.search.discovering import FACETS, Titles
from movieverse.api.degraded import Degraded
from movieverse.api.pagination import KeysetPagination
from movieverse.api.views import FilteredListView, PublicMixin


class IndexedTitles(PublicMixin, MovieRowsMixin, FilteredListView):
    """A list of titles that the index finds and the catalogue shows. What has been deleted meanwhile is left out."""

    queryset: Any = Movie.objects.none()  # for the schema
    serializer_class = ListedMovieSerializer
    titles: Titles

    def get_queryset(self) -> Any:
        return Titles()

    def paginate_queryset(self, titles: Any) -> list[Movie]:  # type: ignore[override]
        self.titles = titles
        rows = [hit.row for hit in super().paginate_queryset(titles) or []]
        images = ["images"] if self.wants("images") else []
        stored = finding.stored(rows, *self.read_for_languages, *images)
        return [stored[row] for row in rows if row in stored]

    def page_context(self, page: Sequence[Movie], degraded: Degraded) -> dict[str, Any]:
        return {"genres": self.genres if self.wants("genres") else {}}

    @cached_property
    def genres(self) -> Mapping[int, Any]:
        """All there are, for the rows and for what is counted by them."""
        return genres_shown(Genre.objects.all())


class DiscoverPagination(KeysetPagination):
    """A page which may say what there is of all that matches."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        genre = {name: {"type": "integer" if name == "id" else "string"} for name in GenreSerializer.Meta.fields}
        counted = {
            "type": "object",
            "required": ["value", "count"],
            "properties": {
                "value": {"type": ["integer", "string"], "description": "As filters take it; a genre's id."},
                "count": {"type": "integer"},
                "genre": {"type": "object", "properties": genre, "description": "Of genres alone."},
            },
        }
        page["properties"]["facets"] = {
            "type": "object",
            "properties": {name: {"type": "array", "items": counted} for name in FACETS},
            "description": "Those asked for, the most frequent values first.",
        }
        return page


class Discover(IndexedTitles):
    """Titles by any facts, in any order, and how many there are of each kind.

    Changes show within moments. Where an order goes by what is not known of a title, that title stands with those
    that have 0: at the end of a descending list.
    """

    cached = cache.DISCOVER
    filterset_class = DiscoverFilter
    pagination_class = DiscoverPagination
    orderings = {
        "popularity": "by_popularity",
        "release_date": "by_release_date",
        "rating": "by_rating",
        "rating_count": "by_rating_count",
        "revenue": "by_revenue",
        "runtime": "by_runtime",
        "title": "by_title",
    }
    default_ordering = "-popularity"

    def allowed_parameters(self) -> list[str]:
        return [*super().allowed_parameters(), FACETS_PARAMETER.name]

    @extend_schema(parameters=[LANGUAGE, FACETS_PARAMETER])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        names = facets_asked(request)
        response = super().get(request, *args, **kwargs)
        if names:
            response.data["facets"] = self._facets(names)
        return response

    def _facets(self, names: list[str]) -> dict[str, Any]:
        facets = self.titles.facets(names)
        shown: dict[str, Any] = {
            name: [{"value": value, "count": count} for value, count in counted] for name, counted in facets.items()
        }
        if "genre" in shown:
            known = (counted for counted in shown["genre"] if counted["value"] in self.genres)
            shown["genre"] = [{**counted, "genre": self.genres[counted["value"]]} for counted in known]
        return shown
