from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.api.serializers.documents import AsideField
from apps.catalog.api.serializers.movies import MovieSerializer
from apps.catalog.api.serializers.shared import ExternalIdSerializer, ImagesField
from apps.catalog.models import Movie, Person
from movieverse.api.serializers import RowSerializer


class PersonSerializer(RowSerializer):
    class Meta:
        model = Person
        fields = ("id", "name", "known_for", "popularity")


class PersonDetailSerializer(PersonSerializer):
    also_known_as = serializers.ListField(child=serializers.CharField(), help_text="Other names and scripts.")
    images = ImagesField()
    external_ids = AsideField(ExternalIdSerializer)

    class Meta(PersonSerializer.Meta):
        fields = (
            "id", "name", "also_known_as", "biography", "birth_date", "death_date", "birth_place", "known_for",
            "homepage", "images", "popularity", "external_ids", "created_at", "updated_at",
        )  # type: ignore[assignment]  # fmt: skip


class JobSerializer(serializers.Serializer):
    department = serializers.CharField()
    job = serializers.CharField()


class FilmographySerializer(serializers.Serializer):
    """What a person did in a title. Its context has `person_id`, and what a title in a list needs."""

    movie = MovieSerializer(source="*")
    characters = serializers.SerializerMethodField()
    jobs = serializers.SerializerMethodField()

    def get_characters(self, movie: Movie) -> list[str]:
        return [credit["character"] for credit in movie.cast if credit["person_id"] == self.context["person_id"]]

    @extend_schema_field(JobSerializer(many=True))
    def get_jobs(self, movie: Movie) -> list[dict[str, str]]:
        own = (credit for credit in movie.crew if credit["person_id"] == self.context["person_id"])
        return [{"department": credit["department"], "job": credit["job"]} for credit in own]
