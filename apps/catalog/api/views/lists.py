"""Curated lists and their entries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors, services
from apps.catalog.api.filters import CuratedListFilter
from apps.catalog.api.serializers.inputs import (
    CuratedListInputSerializer,
    EntriesInputSerializer,
    EntryInputSerializer,
)
from apps.catalog.api.serializers.lists import (
    CuratedListDetailSerializer,
    CuratedListSerializer,
    EntrySerializer,
)
from apps.catalog.api.serializers.places import PlaceSerializer
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
from apps.catalog.models import CuratedList, ListEntry, Movie
from apps.catalog.services.lists import Entry
from movieverse.api import etags
from movieverse.api.degraded import Degraded
from movieverse.api.views import ApiView, FilteredListView, ListView, PublicMixin


class CuratedListList(CuratedMixin, FilteredListView):
    """Lists of titles that somebody has chosen, by name."""

    cached = cache.LISTS
    queryset = CuratedList.objects.defer("origins")
    serializer_class = CuratedListSerializer
    filterset_class = CuratedListFilter
    orderings = {"name": "sort_name"}
    default_ordering = "name"
    actions = {"POST": "add"}
    written = CuratedList

    @extend_schema(request=CuratedListInputSerializer, responses={201: CuratedListDetailSerializer})
    def post(self, request: Request) -> Response:
        """Add a list, still without entries."""
        curated_list = CuratedList(**self.given(CuratedListInputSerializer(data=request.data)))
        saved = services.list_save(curated_list=curated_list, by=request.user.pk)
        return self.created(CuratedListDetail, "list", saved.pk)


class CuratedListDetail(CuratedMixin, ApiView):
    """A curated list.

    Its titles are at `lists/{id}/entries/`.
    """

    cached = cache.LIST
    serializer_class = CuratedListDetailSerializer
    versioned = True
    actions = {"PATCH": "change", "DELETE": "delete"}
    written = CuratedList

    def get(self, request: Request, list_id: int) -> Response:
        return self.answer(stored(CuratedList, list_id))

    @extend_schema(request=CuratedListInputSerializer)
    def patch(self, request: Request, list_id: int) -> Response:
        """Change a list's name, slug or description."""
        curated_list = stored(CuratedList, list_id)
        changes = self.given(CuratedListInputSerializer(curated_list, data=request.data))
        services.list_save(
            curated_list=changed(curated_list, changes), by=request.user.pk, version=self.version_seen(curated_list)
        )
        return self.get(request, list_id)

    def delete(self, request: Request, list_id: int) -> Response:
        """Delete a list with its entries."""
        services.list_delete(
            curated_list=stored(CuratedList, list_id), by=request.user.pk, version=self.expected_version
        )
        return Response(status=204)


class ListEntries(CuratedMixin, MovieRowsMixin, ListView):
    """The titles of a list, in its order. The version is the list's."""

    cached = cache.LIST_ENTRIES
    serializer_class = EntrySerializer
    orderings = {"position": "position"}
    default_ordering = "position"
    versioned = True
    actions = {"POST": "change", "PUT": "change"}
    written = CuratedList

    @property
    def members(self) -> dict[str, str]:  # type: ignore[override]
        return {"entries": "movie_id"} if self.request.method == "POST" else {}

    @extend_schema(parameters=[LANGUAGE])
    def get(self, request: Request, list_id: int) -> Response:
        curated_list = stored(CuratedList, list_id)
        response = super().get(request)
        response["ETag"] = etags.of_version(curated_list.version)
        return response

    def get_queryset(self) -> QuerySet[ListEntry]:
        return ListEntry.objects.filter(list_id=self.kwargs["list_id"])

    def page_context(self, page: Sequence[Any], degraded: Degraded) -> dict[str, Any]:
        if not self.wants("movie"):
            return {}
        selectors.with_movies(page, *self.read_for_languages)
        return {"genres": genres_of([entry.movie for entry in page if entry.movie])}

    @extend_schema(request=EntryInputSerializer, responses={201: EntrySerializer})
    def post(self, request: Request, list_id: int) -> Response:
        """Put a title at the end of a list."""
        curated_list = stored(CuratedList, list_id)
        entry = Entry(**self.given(EntryInputSerializer(data=request.data)))
        services.list_entry_add(curated_list=curated_list, entry=entry, by=request.user.pk)
        return self.created(ListEntryDetail, "list-entry", list_id, entry.movie_id)

    @extend_schema(request=EntriesInputSerializer, responses={200: EntrySerializer(many=True)})
    def put(self, request: Request, list_id: int) -> Response:
        """Let a list have these titles, in this order, and no others. The answer is the first page of them."""
        curated_list = stored(CuratedList, list_id)
        given = self.given(EntriesInputSerializer(data=request.data))
        entries = [Entry(**entry) for entry in given["entries"]]
        services.list_entries_set(
            curated_list=curated_list, entries=entries, by=request.user.pk, version=self.expected_version
        )
        return self.get(request, list_id)


class ListEntryDetail(CuratedMixin, InLanguagesMixin, ApiView):
    """A title's place in a list. The version is the list's."""

    cached = cache.LIST_ENTRY
    serializer_class = EntrySerializer
    versioned = True
    actions = {"DELETE": "change"}
    written = CuratedList

    @extend_schema(parameters=[LANGUAGE])
    def get(self, request: Request, list_id: int, movie_id: int) -> Response:
        curated_list = stored(CuratedList, list_id)
        entry = there(selectors.entry_of(list_id, movie_id), "entry of movie", movie_id)
        (shown,) = selectors.with_movies([entry], *self.read_for_languages)
        response = self.answer(shown, {"genres": genres_of([shown.movie] if shown.movie else [])})
        response["ETag"] = etags.of_version(curated_list.version)
        return response

    def delete(self, request: Request, list_id: int, movie_id: int) -> Response:
        """Take a title out of a list."""
        there(selectors.entry_of(list_id, movie_id), "entry of movie", movie_id)
        services.list_entry_remove(
            curated_list=stored(CuratedList, list_id),
            movie_id=movie_id,
            by=request.user.pk,
            version=self.expected_version,
        )
        return Response(status=204)


class MovieLists(PublicMixin, ListView):
    """The lists that have a title, and its place in each."""

    cached = cache.MOVIE_LISTS
    serializer_class = PlaceSerializer
    orderings = {"created_at": "pk"}
    default_ordering = "created_at"

    def get_queryset(self) -> QuerySet[ListEntry]:
        return selectors.places_of(self.kwargs["movie_id"])

    def page_context(self, page: Sequence[ListEntry], degraded: Degraded) -> dict[str, Any]:
        if not page:
            stored(Movie, self.kwargs["movie_id"])
        selectors.with_lists(page if self.wants("list") else [])
        return {}
