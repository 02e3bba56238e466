"""Genres, companies and collections."""

from rest_framework import serializers

from apps.catalog.api.serializers.documents import AsideField
from apps.catalog.api.serializers.shared import ExternalIdSerializer
from apps.catalog.models import Collection, Company, Genre


class GenreSerializer(serializers.ModelSerializer):
    class Meta:
        model = Genre
        fields = ("id", "name", "slug")


class CompanySerializer(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = ("id", "name")


class CompanyDetailSerializer(CompanySerializer):
    external_ids = AsideField(ExternalIdSerializer)

    class Meta(CompanySerializer.Meta):
        fields = (*CompanySerializer.Meta.fields, "external_ids", "created_at", "updated_at")  # type: ignore[assignment]


class CollectionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Collection
        fields = ("id", "name")
