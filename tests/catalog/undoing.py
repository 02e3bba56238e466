"""Imports, and all that the catalogue holds, to compare."""

from functools import partial
from typing import Any

from apps.catalog.loading import Loaded, load_undo
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from movieverse.merging import columns_of
from tests.catalog.loads import loaded

_MODELS: tuple[Any, ...] = (Movie, Person, Genre, Company, Collection, CuratedList, ListEntry, ExternalId)
_GROWING = {"version", "created_at", "updated_at"}


def imported(import_id: int, *records: Any, **options: Any) -> Loaded:
    return loaded(*records, into=partial(Loaded, import_id=import_id), **options)


def undone(import_id: int) -> list[tuple[str, Any, str]]:
    """What is left of it."""
    return [(kept["kind"], kept["id"], kept["why"]) for kept in load_undo(import_id=import_id)]


def held() -> dict[str, dict[Any, dict[str, Any]]]:
    """All rows of the catalogue by model and key, but for what says how often and when they were written."""
    return {model._meta.label: {row.pk: _columns(row) for row in model.objects.all()} for model in _MODELS}


def _columns(row: Any) -> dict[str, Any]:
    return {name: value for name, value in columns_of(row).items() if name not in _GROWING}
