from rest_framework import serializers

from apps.catalog.api.serializers.documents import AsideField
from apps.catalog.api.serializers.movies import MovieSerializer
from apps.catalog.api.serializers.names import CollectionSerializer
from apps.catalog.api.serializers.shared import ExternalIdSerializer, ImagesField
from apps.catalog.selectors import MOST_PARTS


class PartCountSerializer(serializers.Serializer):
    value = serializers.IntegerField()
    kind = serializers.CharField(help_text="exact, or at_least.")


class CollectionDetailSerializer(CollectionSerializer):
    """The collection has its titles as `parts`. Its context has what these need."""

    images = ImagesField()
    external_ids = AsideField(ExternalIdSerializer)
    parts = MovieSerializer(
        many=True, help_text=f"In order of release, at most {MOST_PARTS}; all of them are at movies/?collection=."
    )
    part_count = AsideField(PartCountSerializer, many=False)

    class Meta(CollectionSerializer.Meta):
        fields = (
            *CollectionSerializer.Meta.fields,
            "overview", "images", "external_ids", "parts", "part_count", "created_at", "updated_at",
        )  # type: ignore[assignment]  # fmt: skip
