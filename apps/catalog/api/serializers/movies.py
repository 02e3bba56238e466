from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog.api.serializers import documents
from apps.catalog.api.serializers.documents import AsideField, StoredField
from apps.catalog.api.serializers.names import CollectionSerializer, CompanySerializer, GenreSerializer
from apps.catalog.api.serializers.places import PlaceSerializer
from apps.catalog.api.serializers.shared import ExternalIdSerializer, ImagesField, OriginsField
from apps.catalog.models import Movie
from apps.catalog.selectors import MOST_PARTS
from apps.catalog.translations import TEXTS, text_in
from movieverse.api.serializers import RowSerializer


class AnsweredInSerializer(serializers.Serializer):
    title = serializers.CharField(allow_null=True)
    overview = serializers.CharField(allow_null=True)
    tagline = serializers.CharField(allow_null=True, required=False)


class RatedField(serializers.FloatField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **kwargs)

    def to_representation(self, value: float) -> Any:
        return value or None


class MovieSerializer(RowSerializer):
    """A title in a list.

    Its context has `genres`, {id: genre}, of the titles shown, and the `languages` asked for, if any.
    """

    genres = serializers.SerializerMethodField()
    rating_avg = RatedField(help_text="Members' average in stars, 0.5 to 5; null without ratings.")
    answered_in = AnsweredInSerializer(
        default=None, allow_null=True, help_text="If `language` was given: the language of each text there is."
    )

    class Meta:
        model = Movie
        fields = (
            "id", "kind", "title", "original_title", "overview", "release_date", "release_year", "original_language",
            "runtime", "genres", "popularity", "rating_avg", "rating_count", "answered_in",
        )  # fmt: skip

    @extend_schema_field(GenreSerializer(many=True))
    def get_genres(self, movie: Movie) -> list[dict[str, Any]]:
        genres = self.context["genres"]
        return [genres[genre_id] for genre_id in movie.genre_ids if genre_id in genres]

    def to_representation(self, movie: Movie) -> Any:
        shown = super().to_representation(movie)
        if chain := self.context.get("languages"):
            texts = {name: text_in(movie, name, chain) for name in TEXTS if name in shown}
            shown |= {name: text.text for name, text in texts.items()}
            if "answered_in" in self.fields:
                shown["answered_in"] = {name: text.language for name, text in texts.items()}
        return shown


class ListedMovieSerializer(MovieSerializer):
    images = ImagesField()

    class Meta(MovieSerializer.Meta):
        expandable = ("images",)
        fields = (*MovieSerializer.Meta.fields, *expandable)  # type: ignore[assignment]


class MovieDetailSerializer(MovieSerializer):
    countries = serializers.ListField(child=serializers.CharField(), help_text="ISO 3166-1, such as US.")
    languages = serializers.ListField(child=serializers.CharField(), help_text="Spoken ones, ISO 639-1.")
    keywords = serializers.ListField(child=serializers.CharField())
    company_ids = serializers.ListField(child=serializers.IntegerField())
    certifications = serializers.ListField(
        child=serializers.CharField(), help_text="country:certification, such as US:R; from the releases."
    )
    source_scores = StoredField(documents.SourceScoreSerializer)
    external_ids = AsideField(ExternalIdSerializer)
    cast = StoredField(documents.CastCreditSerializer, help_text="In billing order.")
    crew = StoredField(documents.CrewCreditSerializer)
    images = ImagesField()
    videos = StoredField(documents.VideoSerializer)
    translations = StoredField(documents.TranslationSerializer)
    alternative_titles = StoredField(documents.AlternativeTitleSerializer)
    releases = StoredField(documents.ReleaseSerializer)
    awards = StoredField(documents.AwardSerializer)
    companies = AsideField(CompanySerializer)
    collection = AsideField(CollectionSerializer, many=False)
    lists = AsideField(PlaceSerializer, help_text=f"At most {MOST_PARTS}; all of them are at movies/{{id}}/lists/.")
    origins = OriginsField()

    class Meta(MovieSerializer.Meta):
        expandable = (
            "cast", "crew", "images", "videos", "translations", "alternative_titles", "releases", "awards", "companies",
            "collection", "lists", "origins",
        )  # fmt: skip
        fields = (
            "id", "kind", "title", "original_title", "tagline", "overview", "status", "release_date", "release_year",
            "end_date", "runtime", "season_count", "episode_count", "original_language", "homepage", "genres",
            "main_genre_id", "countries", "main_country", "languages", "keywords", "company_ids", "collection_id",
            "budget", "revenue", "popularity", "rating_avg", "rating_count", "source_scores", "certifications",
            "external_ids", *expandable, "created_at", "updated_at", "answered_in",
        )  # type: ignore[assignment]  # fmt: skip
