"""What rows of several kinds show."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog import images, selectors, sources
from apps.catalog.api.serializers.documents import DocumentSerializer, ImageSerializer, StoredField
from apps.catalog.documents import Origin
from apps.catalog.models.base import CatalogModel, DescribedModel

# A fact by the name that clients know it by, where that is another one.
PUBLIC_NAMES = {"genre_ids": "genres"}


def public_name(fact: str) -> str:
    return PUBLIC_NAMES.get(fact, fact)


class ImagesField(StoredField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(ImageSerializer, **kwargs)

    def to_representation(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return images.shown(value)


class ExternalIdSerializer(DocumentSerializer):
    source = serializers.RegexField(  # type: ignore[assignment]
        r"^[a-z0-9_-]+\Z",
        max_length=40,
        error_messages={"invalid": "A source has only the characters a-z, 0-9, _ and -."},
    )
    value = serializers.CharField(max_length=80)
    url = serializers.URLField(
        read_only=True, allow_null=True, help_text="Null where the source's pages are not known."
    )


class ExternalIdsSerializer(serializers.Serializer):
    external_ids = ExternalIdSerializer(many=True)


def shown_ids(row: CatalogModel) -> list[dict[str, Any]]:
    """What other sources call a row."""
    kind = str(row._meta.model_name)
    pages = getattr(row, "kind", kind)  # a show is a movie, but elsewhere not among them
    known = [(one.source, one.value) for one in selectors.external_ids_of(kind, row.pk)]
    return [{"source": source, "value": value, "url": sources.page_of(pages, source, value)} for source, value in known]


class OriginSerializer(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]
    title = serializers.CharField()
    licence = serializers.CharField()
    url = serializers.CharField(help_text="Where the licence or the source is to be read about; may be empty.")
    at = serializers.DateTimeField(help_text="When it came.")
    by = serializers.IntegerField(allow_null=True, help_text="The curator who wrote or locked it, if one did.")
    locked = serializers.BooleanField(help_text="Whether data sets leave it alone.")


@extend_schema_field(serializers.DictField(child=OriginSerializer()))
class OriginsField(serializers.ReadOnlyField):
    """By each fact that somebody has said something of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, row: DescribedModel) -> dict[str, dict[str, Any]]:
        return {public_name(fact): _shown_origin(row.origins[fact]) for fact in row.FACTS if fact in row.origins}


class OriginsSerializer(serializers.Serializer):
    origins = OriginsField()


def _shown_origin(origin: Origin) -> dict[str, Any]:
    source = sources.source(origin["source"])
    return {
        "source": origin["source"],
        "title": source.title,
        "licence": source.licence,
        "url": source.url,
        "at": origin["at"],
        "by": origin.get("by"),
        "locked": origin.get("locked", False),
    }
