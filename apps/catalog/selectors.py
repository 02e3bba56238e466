"""Reads of the catalogue that more than one place needs."""

from collections.abc import Iterable
from typing import Any

from apps.catalog import settings_registry
from apps.catalog.models import ExternalId, Genre, Movie, Setting


def genres_by_id() -> dict[int, Genre]:
    """All genres: there are some dozens."""
    return Genre.objects.in_bulk()


def titles_by_id(movie_ids: Iterable[int]) -> dict[int, str]:
    """Titles of movies, in one query. Ids without a movie are left out."""
    return dict(Movie.objects.filter(pk__in=set(movie_ids)).values_list("pk", "title"))


def movie_exists(movie_id: int) -> bool:
    return Movie.objects.filter(pk=movie_id).exists()


def external_ids(kind: str, object_id: int) -> dict[str, str]:
    """{source: value} of one row. A row known twice to a source shows the last of the two."""
    rows = ExternalId.objects.filter(object_id=object_id, kind=kind)
    return dict(rows.values_list("source", "value"))


def find_by_external_ids(kind: str, source: str, values: Iterable[object]) -> dict[str, int]:
    """{value: our id} for those values of a source that are known."""
    keys = [ExternalId.key_of(kind, source, value) for value in values]
    return dict(ExternalId.objects.filter(pk__in=keys).values_list("value", "object_id"))


def setting(name: str) -> Any:
    """An application setting's value in its own type; its default where nobody set it."""
    stored = Setting.objects.filter(pk=name).first()
    return stored.value if stored else settings_registry.DEFINITIONS[name].default
