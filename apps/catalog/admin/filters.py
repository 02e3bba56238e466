"""Filters of lists that an index can serve."""

from datetime import UTC, datetime
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from apps.catalog.models import Collection, Company, ExternalId, Genre, Movie, Person
from apps.catalog.selectors import genres_by_id
from movieverse.admin.picks import labels_of
from movieverse.lookups import as_number, starts_with

_FIRST_DECADE = 1870

# A fixed list: asking the store which languages there are would read every movie.
LANGUAGES = sorted(
    ({code: info["name"] for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info}
    | {"cn": "Cantonese", "zh": "Chinese"}).items(),
    key=lambda item: item[1],
)  # fmt: skip


def genre_choices() -> list[tuple[int, str]]:
    genres: list[Genre] = sorted(genres_by_id().values(), key=lambda genre: genre.slug)
    return [(genre.pk, genre.name) for genre in genres]


class GenreFilter(DropdownFilter):
    title = "genre"
    parameter_name = "genre"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        return genre_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movie]) -> QuerySet[Movie]:
        genre_id = as_number(self.value() or "")
        return queryset if genre_id is None else queryset.filter(genre_ids__has=genre_id)


class DecadeFilter(DropdownFilter):
    title = "decade"
    parameter_name = "decade"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        newest = datetime.now(tz=UTC).year // 10 * 10
        return [(decade, f"{decade}s") for decade in range(newest, _FIRST_DECADE - 1, -10)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movie]) -> QuerySet[Movie]:
        decade = as_number(self.value() or "")
        if decade is None:
            return queryset
        return queryset.filter(release_day__gte=decade * 10_000, release_day__lt=(decade + 10) * 10_000)


class _PlainFilter(DropdownFilter):
    """By the value of one field."""

    field: str

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class KindFilter(_PlainFilter):
    title = "kind"
    parameter_name = field = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Movie.Kind.choices


class StatusFilter(_PlainFilter):
    title = "status"
    parameter_name = field = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Movie.Status.choices


class OriginalLanguageFilter(_PlainFilter):
    title = "original language"
    parameter_name = "language"
    field = "original_language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return LANGUAGES


class MainCountryFilter(_PlainFilter):
    """A fixed list as well: the countries that most titles come from."""

    title = "main country"
    parameter_name = "country"
    field = "main_country"

    _CODES = [
        "AR", "AT", "AU", "BE", "BR", "CA", "CH", "CL", "CN", "CO", "CZ", "DE", "DK", "EG", "ES", "FI", "FR", "GB",
        "GR", "HK", "HU", "IE", "IL", "IN", "IR", "IT", "JP", "KR", "MX", "NG", "NL", "NO", "NZ", "PH", "PL", "PT",
        "RO", "RU", "SE", "SU", "TH", "TR", "TW", "UA", "US", "ZA",
    ]  # fmt: skip

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, code) for code in self._CODES]


class _OfFilter(DropdownFilter):
    """What belongs to a row of another model. It comes from a link on that row's page, and shows only then."""

    model: type[Model]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[int, str]]:
        pk = as_number(self.value() or "")
        return [] if pk is None else list(labels_of(self.model, [pk]).items())

    def of(self, pk: int) -> Q:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movie]) -> QuerySet[Movie]:
        pk = as_number(self.value() or "")
        return queryset if pk is None else queryset.filter(self.of(pk))


class PersonFilter(_OfFilter):
    title = parameter_name = "person"
    model = Person

    def of(self, pk: int) -> Q:
        return Q(cast_ids__has=pk) | Q(crew_ids__has=pk)


class CompanyFilter(_OfFilter):
    title = parameter_name = "company"
    model = Company

    def of(self, pk: int) -> Q:
        return Q(company_ids__has=pk)


class CollectionFilter(_OfFilter):
    title = parameter_name = "collection"
    model = Collection

    def of(self, pk: int) -> Q:
        return Q(collection_id=pk)


class OfKindFilter(DropdownFilter):
    title = "kind"
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return ExternalId.Kind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExternalId]) -> QuerySet[ExternalId]:
        return queryset.filter(starts_with("key", f"{self.value()}:")) if self.value() else queryset
