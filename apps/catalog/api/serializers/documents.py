"""What is stored as JSON, one class a shape: as it is shown, and as curators write it."""

from collections.abc import Mapping
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.catalog import documents
from apps.catalog.api.serializers.fields import (
    MOST_ITEMS,
    OPTIONAL,
    CountryField,
    IdField,
    LanguageField,
    StoredDateField,
    StoredTimeField,
    TextField,
    YearField,
)
from movieverse.api.filters import BIGGEST_ID
from movieverse.api.serializers import InputSerializer


class StoredField(serializers.ReadOnlyField):
    """A list of documents, stored as it is shown: the serializer is for the schema."""

    def __init__(self, serializer: type[serializers.Serializer], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        extend_schema_field(serializer(many=True))(cast(Any, self))


class AsideField(serializers.ReadOnlyField):
    """What is read beside the row: its context has it, as it is shown, by the field's name."""

    def __init__(self, serializer: type[serializers.Serializer], *, many: bool = True, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)
        extend_schema_field(serializer(many=many, allow_null=not many))(cast(Any, self))

    def to_representation(self, row: Any) -> Any:
        return self.context[str(self.field_name)]


class DocumentSerializer(InputSerializer):
    """What an answer shows and nobody can set may be sent back, so that a list can be read, changed and put."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            fields = self.fields
            data = {name: value for name, value in data.items() if name not in fields or not fields[name].read_only}
        return super().to_internal_value(data)

    @classmethod
    def items(cls, **kwargs: Any) -> Any:
        return cls(many=True, **{"max_length": MOST_ITEMS} | kwargs)


class CastCreditSerializer(DocumentSerializer):
    person_id = IdField()
    name = serializers.CharField(read_only=True)
    character = TextField(500)
    source = serializers.CharField(read_only=True, help_text="Who says so.")  # type: ignore[assignment]


class CrewCreditSerializer(DocumentSerializer):
    person_id = IdField()
    name = serializers.CharField(read_only=True)
    department = TextField(100)
    job = TextField(200)
    source = serializers.CharField(read_only=True, help_text="Who says so.")  # type: ignore[assignment]


class SourceScoreSerializer(DocumentSerializer):
    source = serializers.SlugField(max_length=40)  # type: ignore[assignment]  # a field's own is something else
    value = serializers.FloatField(min_value=0, max_value=10)
    votes = serializers.IntegerField(min_value=0, max_value=BIGGEST_ID, allow_null=True, default=None)


class AlternativeTitleSerializer(DocumentSerializer):
    title = serializers.CharField(max_length=300)
    country = CountryField(**OPTIONAL)
    type = TextField(80)


class TranslationSerializer(DocumentSerializer):
    language = LanguageField()
    country = CountryField(**OPTIONAL, help_text="ISO 3166-1; empty: it is for all of them.")
    title = TextField(300)
    overview = TextField(10_000)
    tagline = TextField(500)


class ReleaseSerializer(DocumentSerializer):
    country = CountryField()
    type = serializers.ChoiceField(documents.choices(documents.Release, "type"), default="")
    date = StoredDateField(allow_null=True, default=None)
    certification = TextField(30, help_text="As the country's board writes it, such as PG-13.")
    note = TextField(200)


class AwardSerializer(DocumentSerializer):
    award = serializers.CharField(max_length=200)
    category = TextField(200)
    year = YearField()
    outcome = serializers.ChoiceField(documents.choices(documents.Award, "outcome"))


class ImageSerializer(DocumentSerializer):
    type = serializers.ChoiceField(documents.choices(documents.Image, "type"))
    source = serializers.SlugField(max_length=40)  # type: ignore[assignment]
    path = serializers.RegexField(
        r"^/?(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*\Z",
        max_length=200,
        error_messages={"invalid": "A path has only the characters A-Z, a-z, 0-9, /, ., _ and -, such as /poster.jpg."},
    )
    width = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, default=None)
    height = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, default=None)
    language = LanguageField(**OPTIONAL, help_text="Of what is written on it; empty if nothing is.")
    url = serializers.URLField(
        read_only=True, allow_null=True, help_text="In its full size; null where the source's addresses are not known."
    )


class VideoSerializer(DocumentSerializer):
    site = serializers.ChoiceField(documents.choices(documents.Video, "site"))
    key = serializers.RegexField(
        r"^[A-Za-z0-9_-]+\Z",
        max_length=80,
        error_messages={"invalid": "A key is the id in a video's address: A-Z, a-z, 0-9, _ and -."},
    )
    name = TextField(300)
    type = TextField(80, help_text="Trailer, Teaser, Clip …")
    language = LanguageField(**OPTIONAL)
    official = serializers.BooleanField(default=False)
    size = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, default=None, help_text="Lines.")
    published_at = StoredTimeField(allow_null=True, default=None)
