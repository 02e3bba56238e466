"""Rows by what somebody types: whole names before beginnings, these before errors, and single words at last."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from tantivy import Query

from apps.catalog import models, selectors
from apps.catalog.lookup import named_elsewhere
from apps.catalog.models import Company, Person
from apps.catalog.search import query, readers
from apps.catalog.search.ranking import Ranking
from apps.catalog.search.schema import Kind, Row

_MATCHES: tuple[query.Match, ...] = (
    query.named,
    query.also_named,
    query.begun,
    query.also_begun,
    query.credited,
    query.misnamed,
    query.with_words,
    query.with_mistyped_words,
    query.with_words_anywhere,
)
# Years are remembered wrongly more often than names.
_MATCHES_OF_ANOTHER_YEAR: tuple[query.Match, ...] = (query.named, query.with_words)


def find(asked: str, kinds: Collection[Kind] = tuple(Kind)) -> Ranking:
    """Raises NoIndex."""
    asked = query.cleaned(asked)
    readings = query.readings_of(asked)
    of_any_year = [reading._replace(year=None) for reading in readings if reading.year]
    tiers = [
        _known_elsewhere(asked),
        *(query.matching(match, readings) for match in _MATCHES),
        *(query.matching(match, of_any_year) for match in _MATCHES_OF_ANOTHER_YEAR),
    ]
    return Ranking(readers.searcher(), tiers, kinds)


def _known_elsewhere(asked: str) -> Query | None:
    """What another source calls by this id."""
    named = named_elsewhere(asked)
    known = selectors.object_ids_by_kind(*named) if named else {}
    return query.any_of([query.term("key", f"{kind}:{pk}") for kind, pk in known.items()])


def stored(rows: Iterable[Row], *more: str) -> dict[Row, Any]:
    """The rows in the catalogue, of titles also the columns named; without those deleted meanwhile."""
    rows = list(rows)
    found: dict[Row, Any] = {}
    for kinds, queryset in _stored_in(*more):
        wanted = [row for row in rows if row.kind in kinds]
        there = queryset.in_bulk({row.id for row in wanted}) if wanted else {}
        found |= {row: there[row.id] for row in wanted if row.id in there}
    return found


def _stored_in(*more: str) -> list[tuple[tuple[Kind, ...], QuerySet[Any]]]:
    return [
        ((Kind.MOVIE, Kind.SHOW), selectors.movie_summaries(*more)),
        ((Kind.PERSON,), Person.objects.only("name", "known_for", "popularity")),
        ((Kind.COMPANY,), Company.objects.only("name")),
        ((Kind.COLLECTION,), models.Collection.objects.only("name")),
    ]
