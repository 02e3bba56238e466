"""Fields that several bodies have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from apps.catalog.selectors import genre_ids_by_slug
from movieverse.api.filters import BIGGEST_ID

MOST_ITEMS = 500  # of any list that is written
OPTIONAL: Any = {"allow_blank": True, "default": ""}  # for what may be left out or be empty, which is the same


class TextField(serializers.CharField):
    """A text that may be left out."""

    def __init__(self, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **OPTIONAL, **kwargs)


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)


class YearField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=9999, **kwargs)


class CountryField(serializers.RegexField):
    """ISO 3166-1, in any case."""

    default_error_messages = {"invalid": "A country is two letters of ISO 3166-1, such as US."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Z]{2}\Z", **{"help_text": "ISO 3166-1, such as US."} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).upper()


class LanguageField(serializers.RegexField):
    """ISO 639, in any case."""

    default_error_messages = {"invalid": "A language is two or three letters of ISO 639, such as en."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[a-z]{2,3}\Z", **{"help_text": "ISO 639-1, such as en."} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()


class StoredDateField(serializers.DateField):
    """A date within a document."""

    def to_internal_value(self, value: Any) -> Any:
        return super().to_internal_value(value).isoformat()


class StoredTimeField(serializers.DateTimeField):
    """A point in time within a document."""

    def to_internal_value(self, value: Any) -> Any:
        moment: datetime = super().to_internal_value(value).astimezone(UTC)
        return moment.isoformat().replace("+00:00", "Z")


class DistinctField(serializers.ListField):
    """A list that has each item once, in the order given."""

    def __init__(self, child: serializers.Field, **kwargs: Any) -> None:
        super().__init__(child=child, max_length=MOST_ITEMS, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        items = super().run_validation(data)
        return list(dict.fromkeys(items))


_GENRE_ID = {"type": "integer", "minimum": 1}


@extend_schema_field(
    {"oneOf": [_GENRE_ID, {"type": "string"}, {"type": "object", "required": ["id"], "properties": {"id": _GENRE_ID}}]}
)
class _GenreField(serializers.Field):
    """An id, a slug, or a genre as answers show it."""

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, Mapping):
            data = data.get("id")
        field = serializers.CharField(max_length=80) if isinstance(data, str) else IdField()
        return field.run_validation(data)


class GenresField(DistinctField):
    """Ids or slugs of genres, as ids."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_GenreField(), help_text="Ids, slugs, or genres as they are shown.", **kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        items = super().to_internal_value(data)
        slugs = [item for item in items if isinstance(item, str)]
        ids = genre_ids_by_slug(slugs) if slugs else {}
        unknown: Any = {
            place: [f"There is no genre {item!r}."]
            for place, item in enumerate(items)
            if isinstance(item, str) and item not in ids
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        return [ids.get(item, item) for item in items]
