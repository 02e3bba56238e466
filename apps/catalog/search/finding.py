"""Rows by what somebody types: whole names before beginnings, these before errors, and single words at last."""

from collections.abc import Callable, Collection, Iterable
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
_FORGIVING = {query.misnamed, query.with_mistyped_words}
# Years are remembered wrongly more often than names.
_MATCHES_OF_ANOTHER_YEAR: tuple[query.Match, ...] = (query.named, query.with_words)


def find(asked: str, kinds: Collection[Kind] = tuple(Kind)) -> Ranking:
    """Raises NoIndex."""
    asked = query.cleaned(asked)
    readings = query.readings_of(asked)
    dated = [reading for reading in readings if reading.year]
    of_any_year = [reading._replace(year=None) for reading in dated]
    searcher = readers.searcher()
    exact = [reading for reading in readings if reading.year or len(reading.words) > 1]
    # Who types a name of several words, or one with its year, has made no error: what is but like it is not meant.
    left_out = _FORGIVING if Ranking(searcher, [query.matching(query.named, exact)], kinds).best(1) else ()
    tiers = [
        _known_elsewhere(asked),
        *(None if match in left_out else query.matching(match, readings) for match in _MATCHES),
        *(query.matching(match, of_any_year) for match in _MATCHES_OF_ANOTHER_YEAR),
    ]
    return Ranking(searcher, tiers, kinds)


def _known_elsewhere(asked: str) -> Query | None:
    """What another source calls by this id."""
    named = named_elsewhere(asked)
    known = selectors.object_ids_by_kind(*named) if named else {}
    return query.any_of([query.term("key", f"{kind}:{pk}") for kind, pk in known.items()])


def stored(rows: Iterable[Row], *more: str) -> dict[Row, Any]:
    """The rows in the catalogue, of titles also the columns named; without those deleted meanwhile."""
    rows = list(rows)
    found: dict[Row, Any] = {}
    for kinds, queryset in _STORED_IN.items():
        wanted = [row for row in rows if row.kind in kinds]
        there = queryset(*more).in_bulk({row.id for row in wanted}) if wanted else {}
        found |= {row: there[row.id] for row in wanted if row.id in there}
    return found


_STORED_IN: dict[tuple[Kind, ...], Callable[..., QuerySet[Any]]] = {
    (Kind.MOVIE, Kind.SHOW): selectors.movie_summaries,
    (Kind.PERSON,): lambda *more: Person.objects.only("name", "known_for", "popularity"),
    (Kind.COMPANY,): lambda *more: Company.objects.only("name"),
    (Kind.COLLECTION,): lambda *more: models.Collection.objects.only("name"),
}
