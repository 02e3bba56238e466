from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters

from apps.catalog.models import ExternalId, day_number
from apps.catalog.selectors import find_by_external_ids, genre_ids_by_slug
from movieverse.api.filters import (
    EitherField,
    HasFilter,
    IdsField,
    InFilter,
    IntegerFilter,
    ItemsField,
    LowerField,
    UpperField,
)
from movieverse.lookups import starts_with
from movieverse.text import fold

LAST_DAY = 9999_12_31


class GenresField(IdsField):
    """Ids or slugs of genres, as ids."""

    def to_items(self, parts: list[str]) -> list[int]:
        items = super().to_items(parts)
        slugs = [item for item in items if isinstance(item, str)]
        ids = genre_ids_by_slug(slugs) if slugs else {}
        if unknown := [slug for slug in slugs if slug not in ids]:
            raise forms.ValidationError(f"There is no genre {unknown[0]!r}.")
        return [ids.get(item, item) for item in items]

    def to_item(self, part: str) -> Any:
        return super().to_item(part) if part.isdigit() else ItemsField.to_item(self, part).lower()


class ExternalIdField(forms.CharField):
    """`source:value` as the pair."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        source, _, number = text.partition(":")
        if text and not (source and number):
            raise forms.ValidationError("Write source:value, such as imdb:tt0113277.")
        return (source, number) if text else None


class ExternalIdFilter(filters.CharFilter):
    """The row that another source knows by an id of its own."""

    field_class = ExternalIdField

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(**kwargs)

    def filter(self, queryset: QuerySet[Any], pair: tuple[str, str] | None) -> QuerySet[Any]:
        if pair is None:
            return queryset
        source, value = pair
        return queryset.filter(pk__in=find_by_external_ids(self.kind, source, [value]).values())


def _year(bound: str, help_text: str) -> IntegerFilter:
    return IntegerFilter(method=bound, min_value=1, max_value=9999, label=help_text)


class MovieFilter(filters.FilterSet):
    """Unknown release dates are on no side of any date."""

    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    external_id = ExternalIdFilter(ExternalId.Kind.MOVIE, label="source:value, such as imdb:tt0113277.")
    genre = HasFilter("genre_ids", field_class=GenresField, label="Ids or slugs; `,` all of them, `|` any.")
    country = HasFilter("countries", field_class=UpperField, label="ISO 3166-1; `,` all of them, `|` any.")
    language = HasFilter("languages", field_class=LowerField, label="Spoken, ISO 639-1; `,` all, `|` any.")
    original_language = InFilter("original_language", EitherField, label="ISO 639-1; `|` any of them.")
    keyword = HasFilter("keywords", field_class=ItemsField, label="`,` all of them, `|` any.")
    person = HasFilter("cast_ids", "crew_ids", field_class=IdsField, label="Ids, in cast or crew; `,` all, `|` any.")
    cast = HasFilter("cast_ids", field_class=IdsField, label="Ids of people; `,` all, `|` any.")
    crew = HasFilter("crew_ids", field_class=IdsField, label="Ids of people; `,` all, `|` any.")
    director = HasFilter("director_ids", field_class=IdsField, label="Ids of people; `,` all, `|` any.")
    year = _year("released_in", "Of release.")
    year__gte = _year("released_since_year", "Of release, or later.")
    year__lte = _year("released_until_year", "Of release, or earlier.")
    release_date = filters.DateFilter(method="released_on", label="This day.")
    release_date__gte = filters.DateFilter(method="released_since", label="This day or later.")
    release_date__lte = filters.DateFilter(method="released_until", label="This day or earlier.")

    def released_in(self, movies: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return _released(movies, year * 1_00_00, year * 1_00_00 + 12_31)

    def released_since_year(self, movies: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return _released(movies, year * 1_00_00)

    def released_until_year(self, movies: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return _released(movies, last=year * 1_00_00 + 12_31)

    def released_on(self, movies: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        return _released(movies, day_number(day), day_number(day))

    def released_since(self, movies: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        return _released(movies, day_number(day))

    def released_until(self, movies: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        return _released(movies, last=day_number(day))


def _released(movies: QuerySet[Any], first: int = 1, last: int = LAST_DAY) -> QuerySet[Any]:
    return movies.filter(release_day__gte=first, release_day__lte=last)


class PersonFilter(filters.FilterSet):
    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    external_id = ExternalIdFilter(ExternalId.Kind.PERSON, label="source:value, such as imdb:nm0000199.")
    name__startswith = filters.CharFilter(method="named_from", label="How the name begins, in any case.")

    def named_from(self, people: QuerySet[Any], name: str, start: str) -> QuerySet[Any]:
        return people.filter(starts_with("sort_name", fold(start) or start.casefold()))
