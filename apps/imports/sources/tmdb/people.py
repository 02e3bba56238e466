"""People and collections."""

from typing import Any

from apps.catalog.records import CollectionRecord, PersonRecord, Problem, SourceId
from apps.imports.sources.tmdb import parts
from apps.imports.sources.tmdb.ids import ids_of, opened
from apps.imports.sources.tmdb.titles import homepage

_LONGEST_NAME, _LONGEST_DEPARTMENT = 200, 80


def person(value: Any, number: int, problems: list[Problem]) -> PersonRecord:
    """Raises BadBody."""
    body = opened(value, "person", number, ("name", _LONGEST_NAME), problems)
    return PersonRecord(
        place=body.place,
        ids=ids_of(body, "person", number),
        name=body.text("name"),
        biography=body.text("biography"),
        birth_date=body.day("birthday"),
        death_date=body.day("deathday"),
        birth_place=body.text("place_of_birth", _LONGEST_NAME),
        known_for=body.text("known_for_department", _LONGEST_DEPARTMENT),
        homepage=homepage(body),
        also_known_as=body.texts("also_known_as", _LONGEST_NAME),
        images=parts.pictures(body),
        popularity=body.number("popularity") or 0,
    )


def collection(value: Any, number: int, problems: list[Problem]) -> CollectionRecord:
    """Raises BadBody."""
    body = opened(value, "collection", number, ("name", _LONGEST_NAME), problems)
    return CollectionRecord(
        place=body.place,
        id=SourceId("tmdb", str(number)),
        name=body.text("name", _LONGEST_NAME),
        overview=body.text("overview"),
        images=parts.pictures(body),
    )
