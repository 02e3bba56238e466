from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.catalog import cache, selectors, services
from apps.catalog.api.filters import CollectionFilter
from apps.catalog.api.serializers.collections import CollectionDetailSerializer
from apps.catalog.api.serializers.inputs import CollectionInputSerializer
from apps.catalog.api.serializers.names import CollectionSerializer
from apps.catalog.api.serializers.shared import shown_ids
from apps.catalog.api.views.base import (
    LANGUAGE,
    CuratedMixin,
    InLanguagesMixin,
    changed,
    genres_of,
    stored,
)
from apps.catalog.models import Collection
from movieverse.api.views import ApiView, FilteredListView


class CollectionList(CuratedMixin, FilteredListView):
    """Series of films, by name."""

    cached = cache.COLLECTIONS
    queryset = Collection.objects.only("name", "sort_name")
    serializer_class = CollectionSerializer
    filterset_class = CollectionFilter
    orderings = {"name": "sort_name"}
    default_ordering = "name"
    actions = {"POST": "add"}
    written = Collection

    @extend_schema(request=CollectionInputSerializer, responses={201: CollectionDetailSerializer})
    def post(self, request: Request) -> Response:
        """Add a collection. Titles become part of it by their `collection_id`."""
        collection = Collection(**self.given(CollectionInputSerializer(data=request.data)))
        saved = services.collection_save(collection=collection, by=request.user.pk)
        return self.created(CollectionDetail, "collection", saved.pk)


class CollectionDetail(CuratedMixin, InLanguagesMixin, ApiView):
    """A series of films with its parts."""

    cached = cache.COLLECTION
    serializer_class = CollectionDetailSerializer
    versioned = True
    actions = {"PATCH": "change", "DELETE": "delete"}
    problems = {"DELETE": (409,)}
    written = Collection

    @extend_schema(parameters=[LANGUAGE])
    def get(self, request: Request, collection_id: int) -> Response:
        collection = stored(Collection, collection_id)
        context: dict[str, Any] = {"external_ids": shown_ids(collection)} if self.wants("external_ids") else {}
        if self.wants("parts") or self.wants("part_count"):
            context |= self._with_parts(collection)
        return self.answer(collection, context)

    def _with_parts(self, collection: Any) -> dict[str, Any]:
        found = selectors.movies_of_collection(collection.pk, *self.read_for_languages)
        collection.parts = found[: selectors.MOST_PARTS]
        kind = "exact" if len(found) == len(collection.parts) else "at_least"
        return {
            "genres": genres_of(collection.parts),
            "part_count": {"value": len(collection.parts), "kind": kind},
        }

    @extend_schema(request=CollectionInputSerializer)
    def patch(self, request: Request, collection_id: int) -> Response:
        """Change facts of a collection. They are locked: data sets leave them alone."""
        collection = stored(Collection, collection_id)
        changes = self.given(CollectionInputSerializer(collection, data=request.data))
        services.collection_save(
            collection=changed(collection, changes), by=request.user.pk, version=self.version_seen(collection)
        )
        return self.get(request, collection_id)

    def delete(self, request: Request, collection_id: int) -> Response:
        """Delete a collection that no title is part of."""
        services.collection_delete(
            collection=stored(Collection, collection_id), by=request.user.pk, version=self.expected_version
        )
        return Response(status=204)
