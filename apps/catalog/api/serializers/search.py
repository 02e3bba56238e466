from functools import cached_property
from typing import Any, NamedTuple

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from apps.catalog.api.serializers.movies import MovieSerializer
from apps.catalog.api.serializers.names import CollectionSerializer, CompanySerializer
from apps.catalog.api.serializers.people import PersonSerializer
from apps.catalog.models import Collection, Company, Movie, Person
from apps.catalog.search.schema import Kind, Row

TYPES = [(kind.label, kind.label) for kind in Kind]

_SHOWN_BY: dict[Any, type[serializers.ModelSerializer]] = {
    Movie: MovieSerializer,
    Person: PersonSerializer,
    Company: CompanySerializer,
    Collection: CollectionSerializer,
}


class Found(NamedTuple):
    row: Row
    stored: Any

    @property
    def name(self) -> str:
        return self.stored.title if isinstance(self.stored, Movie) else self.stored.name

    @property
    def year(self) -> int | None:
        return self.stored.release_year if isinstance(self.stored, Movie) else None


class NamedRowSerializer(serializers.Serializer):
    type = serializers.ChoiceField(TYPES)
    id = serializers.IntegerField()
    name = serializers.CharField()
    year = serializers.IntegerField(allow_null=True, help_text="Of a title's release, if it is known.")


class FoundRowSerializer(NamedRowSerializer):
    """Its context has what titles need."""

    type = serializers.ChoiceField(TYPES, source="row.kind.label")
    id = serializers.IntegerField(source="row.id")
    item = serializers.SerializerMethodField()

    @extend_schema_field(
        PolymorphicProxySerializer(
            component_name="FoundItem", serializers=list(_SHOWN_BY.values()), resource_type_field_name=None
        )
    )
    def get_item(self, found: Found) -> Any:
        """The row as its own list shows it."""
        return self._shown_by[type(found.stored)].to_representation(found.stored)

    @cached_property
    def _shown_by(self) -> dict[Any, serializers.ModelSerializer]:
        return {model: serializer(context=self.context) for model, serializer in _SHOWN_BY.items()}


class SuggestionsSerializer(serializers.Serializer):
    results = NamedRowSerializer(many=True)
