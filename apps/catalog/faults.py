"""Why a film of another source cannot be stored: the same on every engine, and told before one is asked.

Left to themselves the engines disagree. SQLite and MongoDB keep whatever they get, PostgreSQL refuses the
whole batch, and MySQL cuts a text that is too long where rows are inserted "or ignored".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field

from apps.catalog.models import ExternalId, Genre, Movie, Person
from apps.catalog.records import MovieRecord, Problem, SourceId
from apps.catalog.services import genre_slug

# What a record and a film call by the same name.
PLAIN = (
    *("title", "original_title", "overview", "release_date", "runtime", "original_language"),
    *("countries", "languages", "keywords", "budget", "revenue", "popularity"),
)

# Django's own validators know only what the default store's engine can hold.
_MOST = 2**63 - 1
_MOST_OF = {"runtime": 2**15 - 1}
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# What makes a record unusable: the column, the value in it and the reason.
_Fault = tuple[str, str, str]


def fault_of(record: MovieRecord) -> Problem | None:
    """The first thing that keeps it from being stored."""
    checks = (_in_texts, _in_numbers, _in_film, _in_ids, _in_genres, _in_people)
    for column, value, reason in chain.from_iterable(check(record) for check in checks):
        return Problem(record.place, "id" if column == "ids" else column, value, f"cannot be stored: {reason}")
    return None


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


def _leaves_of(record: MovieRecord, wanted: type) -> Iterator[tuple[str, Any]]:
    for column in fields(record):
        yield from ((column.name, leaf) for leaf in _leaves(getattr(record, column.name)) if isinstance(leaf, wanted))


def _in_texts(record: MovieRecord) -> Iterator[_Fault]:
    for column, text in _leaves_of(record, str):
        if found := _UNSTORABLE.search(text):
            yield column, text, f"It has the character U+{ord(found[0]):04X}, which not every store can hold."


def _in_numbers(record: MovieRecord) -> Iterator[_Fault]:
    for column, number in _leaves_of(record, int):
        most = _MOST_OF.get(column, _MOST)
        if number > most:
            yield column, str(number), f"It is more than {most:,}."


def _in_film(record: MovieRecord) -> Iterator[_Fault]:
    movie = Movie(**{name: getattr(record, name) for name in PLAIN})
    movie.derive()
    try:
        movie.clean_fields(exclude={"id"})
    except ValidationError as error:
        for column, reasons in error.message_dict.items():
            yield column, str(getattr(record, column, "")), reasons[0]


def _in_ids(record: MovieRecord) -> Iterator[_Fault]:
    return _in_source_ids("ids", record.ids)


def _in_genres(record: MovieRecord) -> Iterator[_Fault]:
    for genre in record.genres:
        for reason in _reasons(Genre, "name", genre.name):
            yield "genres", genre.name, reason
        for reason in _reasons(Genre, "slug", genre_slug(genre.name)):
            yield "genres", genre.name, f"As it stands in URLs: {reason}"
    yield from _in_source_ids("genres", (genre.id for genre in record.genres))


def _in_people(record: MovieRecord) -> Iterator[_Fault]:
    for column in ("cast", "crew"):
        people = list(dict.fromkeys(credit.person for credit in getattr(record, column)))
        for person in people:
            for reason in _reasons(Person, "name", person.name):
                yield column, person.name, reason
        yield from _in_source_ids(column, (person.id for person in people))


def _in_source_ids(column: str, source_ids: Iterable[SourceId]) -> Iterator[_Fault]:
    for source_id in source_ids:
        for name, text in source_id._asdict().items():
            for reason in _reasons(ExternalId, name, text):
                yield column, str(source_id), reason


def _reasons(model: Any, name: str, text: str) -> list[str]:
    field: Field[Any, Any] = model._meta.get_field(name)
    try:
        field.clean(text, None)
    except ValidationError as error:
        return error.messages
    return []
