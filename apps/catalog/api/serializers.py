from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.models import Genre, Movie, Person


class GenreSerializer(serializers.ModelSerializer):
    class Meta:
        model = Genre
        fields = ("id", "name", "slug")


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ("id", "name", "popularity")


class PersonDetailSerializer(PersonSerializer):
    external_ids = serializers.SerializerMethodField(help_text='Such as {"tmdb": "1158"}.')

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "external_ids", "updated_at")  # type: ignore[assignment]

    def get_external_ids(self, person: Person) -> dict[str, str]:
        return self.context["external_ids"]


class CastCreditSerializer(serializers.Serializer):
    person_id = serializers.IntegerField()
    name = serializers.CharField()
    character = serializers.CharField()


class CrewCreditSerializer(serializers.Serializer):
    person_id = serializers.IntegerField()
    name = serializers.CharField()
    department = serializers.CharField()
    job = serializers.CharField()


class SourceScoreSerializer(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]  # a field's own `source` is something else
    value = serializers.FloatField()
    votes = serializers.IntegerField()


# Documents are stored in the shape they are shown in: what stands here is for the schema.
@extend_schema_field(CastCreditSerializer(many=True))
class CastField(serializers.ReadOnlyField):
    pass


@extend_schema_field(CrewCreditSerializer(many=True))
class CrewField(serializers.ReadOnlyField):
    pass


@extend_schema_field(SourceScoreSerializer(many=True))
class SourceScoresField(serializers.ReadOnlyField):
    pass


class MovieSerializer(serializers.ModelSerializer):
    """A movie in a list. Its context has `genres`, {id: genre}, of the movies shown."""

    genres = serializers.SerializerMethodField()

    class Meta:
        model = Movie
        fields = (
            "id", "title", "original_title", "overview", "release_date", "original_language", "runtime", "genres",
            "popularity",
        )  # fmt: skip

    @extend_schema_field(GenreSerializer(many=True))
    def get_genres(self, movie: Movie) -> list[dict]:
        genres = self.context["genres"]
        return [genres[genre_id] for genre_id in movie.genre_ids if genre_id in genres]


class MovieDetailSerializer(MovieSerializer):
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1, such as US.")
    languages = serializers.ListField(child=serializers.CharField(), help_text="Spoken ones, ISO 639-1.")
    keywords = serializers.ListField(child=serializers.CharField())
    source_scores = SourceScoresField()
    cast = CastField(help_text="In billing order.")
    crew = CrewField()
    external_ids = serializers.SerializerMethodField(help_text='Such as {"imdb": "tt0113277"}.')

    class Meta(MovieSerializer.Meta):
        fields = (
            *MovieSerializer.Meta.fields,
            "countries", "languages", "keywords", "budget", "revenue", "source_scores", "cast", "crew",
            "external_ids", "updated_at",
        )  # type: ignore[assignment]  # fmt: skip

    def get_external_ids(self, movie: Movie) -> dict[str, str]:
        return self.context["external_ids"]
