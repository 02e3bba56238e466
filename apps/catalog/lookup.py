"""Rows by what a curator types: a number, another source's id, or how a name begins. An index serves each."""

import re
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.selectors import find_by_external_ids
from movieverse.lookups import as_number, starts_with
from movieverse.text import fold, sort_key

_IMDB = re.compile(r"(?:tt|nm)[0-9]+")
_NAMED = re.compile(r"([a-z0-9_-]+):(\S+)")

Row = TypeVar("Row", bound=Model)


def movies(rows: QuerySet[Movie], term: str) -> QuerySet[Movie]:
    return _found(rows, term, ExternalId.Kind.MOVIE, "sort_title", sort_key(term))


def people(rows: QuerySet[Person], term: str) -> QuerySet[Person]:
    return _found(rows, term, ExternalId.Kind.PERSON, "sort_name", fold(term) or term.casefold())


def _found(rows: QuerySet[Row], term: str, kind: str, field: str, start: str) -> QuerySet[Row]:
    term = term.strip()
    if known := _by_external_id(kind, term.lower()):
        return rows.filter(pk__in=known)
    number = as_number(term)
    return rows.filter(starts_with(field, start) if number is None else Q(pk=number) | starts_with(field, start))


def _by_external_id(kind: str, term: str) -> list[int]:
    if _IMDB.fullmatch(term):
        source, value = "imdb", term
    elif match := _NAMED.fullmatch(term):
        source, value = match.groups()
    else:
        return []
    return list(find_by_external_ids(kind, source, [value]).values())


def external_ids(rows: QuerySet[ExternalId], term: str) -> QuerySet[ExternalId]:
    """`949` is a row of ours, `tt0113277` and `tmdb:949` a source's id, `movie:tmdb:` the start of a key."""
    term = term.strip()
    if (number := as_number(term)) is not None:
        return rows.filter(object_id=number)
    if term.partition(":")[0] in ExternalId.Kind.values:
        return rows.filter(starts_with("key", term))
    term = f"imdb:{term}" if _IMDB.fullmatch(term) else term
    return rows.filter(pk__in=[f"{kind}:{term}" for kind in ExternalId.Kind.values])
