"""Rows by what a curator types: a number, another source's id, or how a name begins. An index serves each."""

import re
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Genre, Movie, Person
from apps.catalog.models.names import slug_of
from apps.catalog.selectors import find_by_external_ids
from movieverse.lookups import as_number, starts_with
from movieverse.text import fold, sort_key

_IMDB = re.compile(r"(?:tt|nm|co)[0-9]+")
_NAMED = re.compile(r"([A-Za-z0-9_-]+):(\S+)")

Row = TypeVar("Row", bound=Model)


def movies(rows: QuerySet[Movie], term: str) -> QuerySet[Movie]:
    return _found(rows, term, ExternalId.Kind.MOVIE, "sort_title", sort_key(term))


def people(rows: QuerySet[Person], term: str) -> QuerySet[Person]:
    return _found(rows, term, ExternalId.Kind.PERSON, "sort_name", fold(term) or term.casefold())


def companies(rows: QuerySet[Company], term: str) -> QuerySet[Company]:
    return _found(rows, term, ExternalId.Kind.COMPANY, "sort_name", fold(term) or term.casefold())


def collections(rows: QuerySet[Collection], term: str) -> QuerySet[Collection]:
    return _found(rows, term, ExternalId.Kind.COLLECTION, "sort_name", sort_key(term))


def genres(rows: QuerySet[Genre], term: str) -> QuerySet[Genre]:
    return _found(rows, term, ExternalId.Kind.GENRE, "slug", slug_of(term))


def lists(rows: QuerySet[CuratedList], term: str) -> QuerySet[CuratedList]:
    return _found(rows, term, "", "sort_name", sort_key(term))


def _found(rows: QuerySet[Row], term: str, kind: str, field: str, start: str) -> QuerySet[Row]:
    term = term.strip()
    if known := _by_external_id(kind, term):
        return rows.filter(pk__in=known)
    number = as_number(term)
    return rows.filter(starts_with(field, start) if number is None else Q(pk=number) | starts_with(field, start))


def _by_external_id(kind: str, term: str) -> list[int]:
    named = named_elsewhere(term)
    return list(find_by_external_ids(kind, named[0], [named[1]]).values()) if named else []


def named_elsewhere(term: str) -> tuple[str, str] | None:
    """The source and its id that a term is. Sources and IMDb's ids are lower case, others as the source writes them."""
    if _IMDB.fullmatch(term.lower()):
        return "imdb", term.lower()
    match = _NAMED.fullmatch(term)
    if not match:
        return None
    source = match[1].lower()
    return source, match[2].lower() if source == "imdb" else match[2]


def external_ids(rows: QuerySet[ExternalId], term: str) -> QuerySet[ExternalId]:
    """`949` is a row of ours, `tt0113277` and `tmdb:949` a source's id, `movie:tmdb:` the start of a key."""
    term = term.strip()
    if (number := as_number(term)) is not None:
        return rows.filter(object_id=number)
    if term.partition(":")[0] in ExternalId.Kind.values:
        return rows.filter(starts_with("key", term))
    key = ":".join(named_elsewhere(term) or (term,))
    return rows.filter(pk__in=[f"{kind}:{key}" for kind in ExternalId.Kind.values])
