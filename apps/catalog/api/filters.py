from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from apps.catalog.models import ExternalId, Movie, day_number
from apps.catalog.selectors import (
    MOST_LISTED,
    find_by_external_ids,
    genre_ids_by_slug,
    list_ids_by_slug,
    movie_ids_of_lists,
)
from movieverse.api.filters import (
    EitherField,
    EitherIdsField,
    FilterSet,
    HasFilter,
    IdsField,
    InFilter,
    IntegerFilter,
    Items,
    ItemsField,
    ItemsFilter,
    LowerField,
    UpperField,
)
from movieverse.api.problems import ParameterError
from movieverse.lookups import starts_with
from movieverse.text import fold, sort_key

LAST_DAY = 9999_12_31


class SlugsField(IdsField):
    """Ids or slugs, as ids."""

    kind: str
    ids_by_slug: Any  # {slug: id} of those that there are

    def to_items(self, parts: list[str]) -> list[int]:
        items = super().to_items(parts)
        slugs = [item for item in items if isinstance(item, str)]
        ids = self.ids_by_slug(slugs) if slugs else {}
        if unknown := [slug for slug in slugs if slug not in ids]:
            raise forms.ValidationError(f"There is no {self.kind} {unknown[0]!r}.")
        return [ids.get(item, item) for item in items]

    def to_item(self, part: str) -> Any:
        return super().to_item(part) if part.isdigit() else ItemsField.to_item(self, part).lower()


class GenresField(SlugsField):
    kind = "genre"
    ids_by_slug = staticmethod(genre_ids_by_slug)


class EitherGenresField(GenresField):
    separators = "|"


class ListsField(SlugsField):
    kind = "list"
    ids_by_slug = staticmethod(list_ids_by_slug)


class EitherUpperField(UpperField):
    separators = "|"


class ChoicesField(EitherField):
    def __init__(self, *, values: Sequence[str], **kwargs: Any) -> None:
        self.values = values
        super().__init__(**kwargs)

    def to_item(self, part: str) -> str:
        item = super().to_item(part)
        if item not in self.values:
            raise ValueError(f"There is no {item!r}. There are {', '.join(self.values)}.")
        return item


class CertificationsField(ItemsField):
    def to_item(self, part: str) -> str:
        country, _, certification = super().to_item(part).partition(":")
        if not (country and certification):
            raise ValueError("Write country:certification, such as US:PG-13.")
        return f"{country.upper()}:{certification}"


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


class ListFilter(ItemsFilter):
    """Titles that curated lists have."""

    def condition(self, items: Items) -> Q:
        listed = list(movie_ids_of_lists(items.values).values())
        if sum(map(len, listed)) > MOST_LISTED:
            message = f"Lists of more than {MOST_LISTED:,} titles are only to be read at lists/{{id}}/entries/."
            raise ParameterError("list", message)
        return Q(pk__in=set.union(*listed) if items.any else set.intersection(*listed))


class StartFilter(filters.CharFilter):
    """Rows whose name begins so, compared as `folded` stores it."""

    def __init__(self, column: str, folded: Callable[[str], str]) -> None:
        self.folded = folded
        super().__init__(column, label="How the name begins, in any case.")

    def filter(self, queryset: QuerySet[Any], start: str) -> QuerySet[Any]:
        return queryset.filter(starts_with(self.field_name, self.folded(start))) if start else queryset


def _day(bound: str, help_text: str) -> filters.DateFilter:
    return filters.DateFilter(method=bound, input_formats=["%Y-%m-%d"], label=help_text)


def _year(bound: str, help_text: str) -> IntegerFilter:
    return IntegerFilter(method=bound, min_value=1, max_value=9999, label=help_text)


class MovieFilter(FilterSet):
    """Unknown release dates are on no side of any date."""

    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    external_id = ExternalIdFilter(ExternalId.Kind.MOVIE, label="source:value, such as imdb:tt0113277.")
    kind = InFilter("kind", ChoicesField, values=Movie.Kind.values, label="movie or show.")
    status = InFilter("status", ChoicesField, values=Movie.Status.values, label="Such as released; `|` any of them.")
    genre = HasFilter("genre_ids", field_class=GenresField, label="Ids or slugs; `,` all of them, `|` any.")
    main_genre = InFilter("main_genre_id", EitherGenresField, label="Ids or slugs; `|` any of them.")
    country = HasFilter("countries", field_class=UpperField, label="ISO 3166-1; `,` all of them, `|` any.")
    main_country = InFilter("main_country", EitherUpperField, label="ISO 3166-1; `|` any of them.")
    spoken_language = HasFilter("languages", field_class=LowerField, label="ISO 639-1; `,` all of them, `|` any.")
    original_language = InFilter("original_language", EitherField, label="ISO 639-1; `|` any of them.")
    keyword = HasFilter("keywords", field_class=ItemsField, label="`,` all of them, `|` any.")
    company = HasFilter("company_ids", field_class=IdsField, label="Ids; `,` all of them, `|` any.")
    collection = InFilter("collection_id", EitherIdsField, label="Ids; `|` any of them.")
    certification = HasFilter(
        "certifications", field_class=CertificationsField, label="Such as US:PG-13; `,` all of them, `|` any."
    )
    list = ListFilter(field_class=ListsField, label="Ids or slugs of curated lists; `,` all of them, `|` any.")
    person = HasFilter("cast_ids", "crew_ids", field_class=IdsField, label="Ids, in cast or crew; `,` all, `|` any.")
    cast = HasFilter("cast_ids", field_class=IdsField, label="Ids of people; `,` all, `|` any.")
    crew = HasFilter("crew_ids", field_class=IdsField, label="Ids of people; `,` all, `|` any.")
    director = HasFilter("director_ids", field_class=IdsField, label="Ids of people; `,` all, `|` any.")
    year = _year("released_in", "Of release.")
    year__gte = _year("released_since_year", "Of release, or later.")
    year__lte = _year("released_until_year", "Of release, or earlier.")
    release_date = _day("released_on", "This day.")
    release_date__gte = _day("released_since", "This day or later.")
    release_date__lte = _day("released_until", "This day or earlier.")

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


class CreditFilter(FilterSet):
    kind = InFilter("kind", ChoicesField, values=Movie.Kind.values, label="movie or show.")


def _name_key(name: str) -> str:
    return fold(name) or name.casefold()


class PersonFilter(FilterSet):
    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    external_id = ExternalIdFilter(ExternalId.Kind.PERSON, label="source:value, such as imdb:nm0000199.")
    name__startswith = StartFilter("sort_name", _name_key)


class CompanyFilter(FilterSet):
    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    external_id = ExternalIdFilter(ExternalId.Kind.COMPANY, label="source:value, such as tmdb:508.")
    name__startswith = StartFilter("sort_name", _name_key)


class CollectionFilter(FilterSet):
    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    external_id = ExternalIdFilter(ExternalId.Kind.COLLECTION, label="source:value, such as tmdb:10.")
    name__startswith = StartFilter("sort_name", sort_key)


class CuratedListFilter(FilterSet):
    ids = InFilter("pk", IdsField, label="Ids, `,` between them.")
    slug = InFilter("slug", EitherField, label="`|` any of them.")
    name__startswith = StartFilter("sort_name", sort_key)
