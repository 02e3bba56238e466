"""What curators write of each kind of row."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from apps.catalog.api.serializers.documents import (
    AlternativeTitleSerializer,
    AwardSerializer,
    CastCreditSerializer,
    CrewCreditSerializer,
    DocumentSerializer,
    ImageSerializer,
    ReleaseSerializer,
    SourceScoreSerializer,
    TranslationSerializer,
    VideoSerializer,
)
from apps.catalog.api.serializers.fields import (
    CountryField,
    DistinctField,
    GenresField,
    IdField,
    LanguageField,
    YearField,
)
from apps.catalog.api.serializers.shared import public_name
from apps.catalog.models import Collection, Company, CuratedList, Genre, Movie, Person
from apps.catalog.models.base import DescribedModel
from apps.catalog.selectors import MOST_LISTED
from movieverse.api.serializers import InputSerializer

_LONG_TEXT = {"max_length": 20_000}
_YEAR = {"min_value": 1, "max_value": 9999}
_SMALL = {"min_value": 0, "max_value": 32_767}
_DOLLARS = {"min_value": 0, "max_value": 10**15}
_POPULARITY = {"min_value": 0, "max_value": 10**9}


class FactsSerializer(InputSerializer, serializers.ModelSerializer):
    """Facts of a new row, of which it needs `Meta.needed`; or of the given one, those that change."""

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name in self.Meta.needed and self.instance is None  # type: ignore[attr-defined]
        return fields


class MovieInputSerializer(FactsSerializer):
    original_language = LanguageField(allow_blank=True)
    genres = GenresField(source="genre_ids")
    main_genre_id = IdField(allow_null=True)
    countries = DistinctField(CountryField())
    main_country = CountryField(allow_blank=True)
    languages = DistinctField(LanguageField(), help_text="Spoken ones.")
    keywords = DistinctField(serializers.CharField(max_length=100))
    company_ids = DistinctField(IdField())
    collection_id = IdField(allow_null=True)
    source_scores = SourceScoreSerializer.items()
    alternative_titles = AlternativeTitleSerializer.items()
    translations = TranslationSerializer.items()
    releases = ReleaseSerializer.items()
    awards = AwardSerializer.items()
    images = ImageSerializer.items()
    videos = VideoSerializer.items()
    cast = CastCreditSerializer.items(help_text="In billing order.")
    crew = CrewCreditSerializer.items()

    class Meta:
        model = Movie
        needed = ("title",)
        fields: tuple[str, ...] = (
            "kind", "title", "original_title", "tagline", "overview", "status", "release_date", "release_year",
            "end_date", "runtime", "season_count", "episode_count", "original_language", "homepage", "genres",
            "main_genre_id", "countries", "main_country", "languages", "keywords", "company_ids", "collection_id",
            "budget", "revenue", "popularity", "source_scores", "alternative_titles", "translations", "releases",
            "awards", "images", "videos", "cast", "crew",
        )  # fmt: skip
        extra_kwargs = {
            "overview": _LONG_TEXT,
            "release_year": _YEAR,
            "runtime": _SMALL,
            "season_count": _SMALL,
            "episode_count": _SMALL,
            "budget": _DOLLARS,
            "revenue": _DOLLARS,
            "popularity": _POPULARITY,
        }

    def validate(self, facts: dict[str, Any]) -> dict[str, Any]:
        released = facts.get("release_date", self.instance.release_date if self.instance else None)
        if released and facts.get("release_year", released.year) != released.year:
            raise serializers.ValidationError({"release_year": f"It is that of the release date, {released}."})
        return facts

    def validate_cast(self, cast: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _with_sources(cast, self.instance.cast) if self.instance else cast

    def validate_crew(self, crew: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _with_sources(crew, self.instance.crew) if self.instance else crew


def _with_sources(given: list[dict[str, Any]], known: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A credit that is there already keeps the source that told of it."""
    sources = {_told(credit): credit["source"] for credit in known}
    return [credit | {"source": sources[_told(credit)]} if _told(credit) in sources else credit for credit in given]


def _told(credit: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(credit.get(member) for member in ("person_id", "character", "department", "job"))


class PersonInputSerializer(FactsSerializer):
    also_known_as = DistinctField(serializers.CharField(max_length=200))
    images = ImageSerializer.items()

    class Meta:
        model = Person
        needed = ("name",)
        fields = (
            "name", "also_known_as", "biography", "birth_date", "death_date", "birth_place", "known_for", "homepage",
            "images", "popularity",
        )  # fmt: skip
        extra_kwargs = {"biography": _LONG_TEXT, "popularity": _POPULARITY}


class GenreInputSerializer(FactsSerializer):
    class Meta:
        model = Genre
        needed = fields = ("name",)


class CompanyInputSerializer(FactsSerializer):
    class Meta:
        model = Company
        needed = fields = ("name",)


class CollectionInputSerializer(FactsSerializer):
    images = ImageSerializer.items()

    class Meta:
        model = Collection
        needed = ("name",)
        fields = ("name", "overview", "images")
        extra_kwargs = {"overview": _LONG_TEXT}


class CuratedListInputSerializer(FactsSerializer):
    slug = serializers.RegexField(
        r"^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*\Z",  # with a letter: a number would be an id
        max_length=80,
        help_text="The list as it stands in filters.",
        error_messages={"invalid": "A slug has a letter, and only a-z, 0-9 and single hyphens: best-of-1999."},
    )

    class Meta:
        model = CuratedList
        needed = ("name", "slug")
        fields = ("name", "slug", "description")
        extra_kwargs = {"description": _LONG_TEXT}


class EntryInputSerializer(DocumentSerializer):
    """As a list's pages show it: what follows from the rest is left aside."""

    movie_id = IdField()
    position = serializers.IntegerField(read_only=True)
    movie = serializers.DictField(read_only=True)
    rank = serializers.IntegerField(min_value=1, max_value=100_000)
    year = YearField(allow_null=True, default=None)


class EntriesInputSerializer(InputSerializer):
    entries = EntryInputSerializer.items(max_length=MOST_LISTED)


class LocksSerializer(InputSerializer):
    """The facts of a row that data sets leave alone, by the names that clients know them by."""

    facts = DistinctField(serializers.CharField(max_length=40))

    def to_representation(self, row: DescribedModel) -> dict[str, list[str]]:
        return {"facts": [public_name(fact) for fact in row.FACTS if row.is_locked(fact)]}

    def validate_facts(self, names: list[str]) -> list[str]:
        row: Any = self.instance
        facts = {public_name(fact): fact for fact in row.FACTS}
        if unknown := [name for name in names if name not in facts]:
            raise serializers.ValidationError(f"There is no fact {unknown[0]!r}. There are {', '.join(facts)}.")
        return [facts[name] for name in names]
