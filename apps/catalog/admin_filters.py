"""Filters of the movie list that an index can serve."""

from datetime import UTC, datetime
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from apps.catalog.forms import genre_choices
from apps.catalog.models import ExternalId, Movie
from movieverse.lookups import as_number, starts_with

_FIRST_DECADE = 1870


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


class OriginalLanguageFilter(DropdownFilter):
    title = "original language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """A fixed list: asking the store which languages there are would read every movie."""
        names = {code: info["name"] for code, info in LANG_INFO.items() if len(code) == 2 and "name" in info}
        return sorted((names | {"cn": "Cantonese", "zh": "Chinese"}).items(), key=lambda item: item[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Movie]) -> QuerySet[Movie]:
        return queryset.filter(original_language=self.value()) if self.value() else queryset


class KindFilter(DropdownFilter):
    title = "kind"
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return ExternalId.Kind.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExternalId]) -> QuerySet[ExternalId]:
        return queryset.filter(starts_with("key", f"{self.value()}:")) if self.value() else queryset
