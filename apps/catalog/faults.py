"""Why a title or a person of a data set cannot be stored: the same on every engine, and told before one is asked.

Left to themselves the engines disagree. SQLite and MongoDB keep whatever they get, PostgreSQL refuses the
whole batch, and MySQL cuts a text that is too long where rows are inserted "or ignored".
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field

from apps.catalog.models import Company, ExternalId, Genre, Movie, Person
from apps.catalog.models.base import DescribedModel
from apps.catalog.models.names import slug_of
from apps.catalog.records import MovieRecord, PersonRecord, Problem, SourceId

# What is loaded by rules of its own.
_OF_THEIR_OWN = ("release_year", "source_scores", "cast", "crew")

# What a record and a title call by the same name.
PLAIN = tuple(
    column.name for column in fields(MovieRecord) if column.name in Movie.FACTS and column.name not in _OF_THEIR_OWN
)

# Django's own validators know only what the default store's engine can hold.
_MOST = 2**63 - 1
_MOST_OF = dict.fromkeys(("runtime", "season_count", "episode_count", "release_year"), 2**15 - 1)
_MOST_CHARACTERS = 2_000_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# What makes a record unusable: the column, the value in it and the reason.
_Fault = tuple[str, str, str]


def fault_of(record: MovieRecord) -> Problem | None:
    """The first thing that keeps it from being stored."""
    return _first(record, (_in_size, _in_texts, _in_numbers, _in_title, _in_ids, _in_genres, _in_names, _in_people))


def fault_of_person(record: PersonRecord) -> Problem | None:
    return _first(record, (_in_texts, _in_person, _in_ids))


def _first(record: Any, checks: Iterable[Callable[[Any], Iterable[_Fault]]]) -> Problem | None:
    for column, value, reason in chain.from_iterable(check(record) for check in checks):
        return Problem(record.place, "id" if column == "ids" else column, value, f"cannot be stored: {reason}")
    return None


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


def _leaves_of(record: Any, wanted: type) -> Iterator[tuple[str, Any]]:
    for column in fields(record):
        yield from ((column.name, leaf) for leaf in _leaves(getattr(record, column.name)) if isinstance(leaf, wanted))


def _in_size(record: Any) -> Iterator[_Fault]:
    """MongoDB's documents have at most 16 MB, and MySQL takes no more in one packet."""
    length = sum(len(text) for _, text in _leaves_of(record, str))
    if length > _MOST_CHARACTERS:
        yield "title", getattr(record, "title", ""), f"It has {length:,} characters; {_MOST_CHARACTERS:,} are the most."


def _in_texts(record: Any) -> Iterator[_Fault]:
    for column, text in _leaves_of(record, str):
        if found := _UNSTORABLE.search(text):
            yield column, text, f"It has the character U+{ord(found[0]):04X}, which not every store can hold."


def _in_numbers(record: MovieRecord) -> Iterator[_Fault]:
    for column, number in _leaves_of(record, int):
        most = _MOST_OF.get(column, _MOST)
        if number > most:
            yield column, str(number), f"It is more than {most:,}."


def _in_title(record: MovieRecord) -> Iterator[_Fault]:
    movie = Movie(kind=record.kind, release_year=record.release_year, source_scores=record.source_scores)
    for name in PLAIN:
        setattr(movie, name, getattr(record, name))
    return _in_row(record, movie)


def _in_person(record: PersonRecord) -> Iterator[_Fault]:
    known = (column.name for column in fields(record) if column.name in Person.FACTS)
    return _in_row(record, Person(**{name: getattr(record, name) for name in known}))


def _in_row(record: Any, row: DescribedModel) -> Iterator[_Fault]:
    try:
        row.clean()
        row.derive()
        row.clean_fields(exclude={"id"})
    except ValidationError as error:
        for column, reasons in error.message_dict.items():
            yield column, str(getattr(record, column, "")), reasons[0]


def _in_ids(record: MovieRecord | PersonRecord) -> Iterator[_Fault]:
    if not record.ids:
        yield "ids", "", "It has no id to be known by."
    yield from _in_source_ids("ids", record.ids)


def _in_genres(record: MovieRecord) -> Iterator[_Fault]:
    genres = [*record.genres, *([record.main_genre] if record.main_genre else [])]
    for genre in genres:
        for reason in _reasons(Genre, "name", genre.name):
            yield "genres", genre.name, reason
        for reason in _reasons(Genre, "slug", slug_of(genre.name)):
            yield "genres", genre.name, f"As it stands in URLs: {reason}"
    yield from _in_source_ids("genres", (genre.id for genre in genres))


def _in_names(record: MovieRecord) -> Iterator[_Fault]:
    told = [("companies", company) for company in record.companies]
    told += [("collection", record.collection)] if record.collection else []
    for column, named in told:
        for reason in _reasons(Company, "name", named.name):
            yield column, named.name, reason
        yield from _in_source_ids(column, [named.id])


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
