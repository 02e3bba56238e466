"""Imports of sets that overlap, and all that the catalogue holds, to compare."""

from functools import partial
from typing import Any

from apps.catalog import services
from apps.catalog.loading import Loaded, load_undo
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from movieverse.merging import columns_of
from tests.catalog.loads import (
    CURATOR,
    actor,
    best,
    collection,
    genre,
    imdb,
    loaded,
    named,
    netflix,
    person,
    ranked,
    record,
    tmdb,
    worker,
)

_MODELS: tuple[Any, ...] = (Movie, Person, Genre, Company, Collection, CuratedList, ListEntry, ExternalId)
_GROWING = {"version", "created_at", "updated_at"}


ONES_PEOPLE = {"cast": [actor(character="Hanna")], "crew": [worker("Michael Mann", tmdb(638))]}
ONE = record(
    1,
    release_year=1995,
    overview="A heist.",
    genres=[genre(), genre("Crime", tmdb(80))],
    companies=[named(tmdb(5), "Regency")],
    collection=named(tmdb(9), "Heat Collection"),
    **ONES_PEOPLE,
)
OTHERS: dict[str, Any] = {
    "people": [person("Al Pacino", tmdb(1158), imdb("nm199"), biography="An actor.")],
    "collections": [collection("Heat Collection", tmdb(9), "A heist.")],
    "lists": [best(*ranked(ONE, record(2)))],
}
# The same film, and the same people by ids of their own.
THEIRS = record(
    1,
    ids=[netflix(1)],
    release_year=1995,
    tagline="A Los Angeles crime saga",
    genres=[genre("Thriller", netflix(3))],
    cast=[actor("Al Pacino", netflix(7), "Vincent")],
    crew=[worker("Ann", netflix(8), "Producer", "Production")],
)


def imported(import_id: int, *records: Any, **options: Any) -> Loaded:
    return loaded(*records, into=partial(Loaded, import_id=import_id), **options)


def the_first() -> None:
    imported(1, ONE, record(2), **OTHERS)


def undone(import_id: int) -> list[tuple[str, Any, str]]:
    """What is left of it."""
    return [(kept["kind"], kept["id"], kept["why"]) for kept in load_undo(import_id=import_id)]


def held() -> dict[str, dict[Any, dict[str, Any]]]:
    """All rows of the catalogue by model and key, but for what says how often and when they were written."""
    return {model._meta.label: {row.pk: _columns(row) for row in model.objects.all()} for model in _MODELS}


def _columns(row: Any) -> dict[str, Any]:
    return {name: value for name, value in columns_of(row).items() if name not in _GROWING}


def edited(movie: Movie, **facts: Any) -> Movie:
    for fact, value in facts.items():
        setattr(movie, fact, value)
    return services.movie_save(movie=movie, by=CURATOR)
