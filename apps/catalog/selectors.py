"""Reads of the catalogue that more than one place needs."""

from collections.abc import Iterable
from typing import Any

from apps.catalog import settings_registry
from apps.catalog.models import ExternalId, Genre, Movie, Setting

# What a list of movies shows, and what it may be ordered by: cast and crew are most of a movie's bytes.
MOVIE_LIST_FIELDS = (
    "title", "original_title", "sort_title", "overview", "release_date", "release_day", "runtime",
    "original_language", "genre_ids", "popularity",
)  # fmt: skip


def genres_by_id() -> dict[int, Genre]:
    """All genres: there are some dozens."""
    return Genre.objects.in_bulk()


def genres_of(movies: Iterable[Movie]) -> list[Genre]:
    """The genres of several movies, in one query; in none if they have no genres."""
    genre_ids = {genre_id for movie in movies for genre_id in movie.genre_ids}
    return list(Genre.objects.filter(pk__in=genre_ids)) if genre_ids else []


def genre_ids_by_slug(slugs: Iterable[str]) -> dict[str, int]:
    """Ids of genres, in one query. Slugs without a genre are left out."""
    return dict(Genre.objects.filter(slug__in=set(slugs)).values_list("slug", "pk"))


def titles_by_id(movie_ids: Iterable[int]) -> dict[int, str]:
    """Titles of movies, in one query. Ids without a movie are left out."""
    return dict(Movie.objects.filter(pk__in=set(movie_ids)).values_list("pk", "title"))


def movies_of_person(person_id: int, limit: int) -> list[Movie]:
    """The newest movies that credit a person. Two queries, each served by its own index, rather than an OR."""
    found = {
        movie.pk: movie
        for field in ("cast_ids", "crew_ids")
        for movie in Movie.objects.filter(**{f"{field}__has": person_id}).order_by("-release_day", "-id")[:limit]
    }
    return sorted(found.values(), key=lambda movie: (movie.release_day, movie.pk), reverse=True)[:limit]


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
