from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

import movieverse
from apps.catalog import documents
from apps.catalog.credits import CREDITS
from apps.catalog.models import Collection, Company, ExternalId, Genre, Movie, Person
from apps.catalog.services.lists import entries_drop
from apps.catalog.services.rows import erase, save
from apps.catalog.sources import CURATOR


def movie_save(*, movie: Movie, by: int | None = None, version: int | None = None) -> Movie:
    """Validate and store a title, new or changed, with the fields that follow from others.

    Credits need a `person_id` and a character or a job; names are filled in.
    """
    _check_references(movie)
    return save(movie, by=by, version=version)


@movieverse.atomic("catalog")
def movie_delete(*, movie: Movie, by: int | None = None, version: int | None = None) -> None:
    """Delete a title, its places in lists, and what other sources call it."""
    entries_drop([movie.pk])
    erase(movie, ExternalId.Kind.MOVIE, by=by, version=version)


def _check_references(movie: Movie) -> None:
    """What a title points at is there."""
    _check_known(Genre, "genre_ids", movie.genre_ids)
    _check_known(Genre, "main_genre_id", [movie.main_genre_id] if movie.main_genre_id else [])
    _check_known(Company, "company_ids", movie.company_ids)
    _check_known(Collection, "collection_id", [movie.collection_id] if movie.collection_id else [])
    documents.check_objects(movie, CREDITS)
    names = _names_of(movie)
    movie.cast = [_credit(entry, names, "cast", {"character": ""}) for entry in movie.cast]
    movie.crew = [_credit(entry, names, "crew", {"department": "", "job": ""}) for entry in movie.crew]


def _check_known(model: type[Model], field: str, ids: Iterable[int]) -> None:
    wanted = set(ids)
    known = set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    if missing := wanted - known:
        raise ValidationError({field: f"There is no {model._meta.verbose_name} {min(missing)}."})


def _names_of(movie: Movie) -> dict[int, str]:
    ids = {entry.get("person_id") for entry in (*movie.cast, *movie.crew)}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _credit(entry: Mapping[str, Any], names: Mapping[int, str], field: str, empty: dict[str, str]) -> dict[str, Any]:
    person_id = entry.get("person_id")
    if person_id is None or person_id not in names:
        raise ValidationError({field: f"There is no person {person_id}."})
    return {"source": CURATOR, **empty, **entry, "name": names[person_id]}
