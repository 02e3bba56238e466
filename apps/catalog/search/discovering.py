"""Titles by what is known of them: the index asked as a queryset is, so by the catalogue's own filters."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import tantivy
from django.db.models import Model, Q
from tantivy import FieldType, Occur, Query

from apps.catalog.search import readers
from apps.catalog.search.ordered import Place, first_matching
from apps.catalog.search.schema import SCHEMA, row_at
from movieverse.api.cursors import Cursor, Ordering

MOST_VALUES = 50  # of a facet
_MOST_SETS = 10_000  # of genres or countries that titles have together; tantivy gives 65,000 values in all
_BIGGEST = 2**63 - 1


class Facet(NamedTuple):
    field: str
    values: Callable[[Any], Iterable[Any]] = lambda held: (held,)  # in what the field holds of a title


FACETS = {
    "genre": Facet("genres", lambda held: map(int, held.split())),
    "decade": Facet("decade"),
    "country": Facet("countries", str.split),
    "language": Facet("language"),
    "rating": Facet("stars"),
}

# Columns of a title that have another name in the index.
_FIELDS = {
    "pk": "id",
    "genre_ids": "genre",
    "main_genre_id": "main_genre",
    "countries": "country",
    "languages": "spoken_language",
    "original_language": "language",
    "keywords": "keyword",
    "company_ids": "company",
    "collection_id": "collection",
    "certifications": "certification",
    "images": "image",
    "cast_ids": "cast",
    "crew_ids": "crew",
    "director_ids": "director",
    "rating_avg": "rating",
}
# What the index holds for a value, where that is something else.
_AS_HELD: dict[str, Callable[[Any], Any]] = {"keyword": str.casefold, "rating": lambda stars: int(stars * 100)}

_ANY_TITLE = Query.exists_query("by_release_date")  # which no other row has, and each of them


class Hit:
    """A title's place in the order that was asked for, by whose name it has it."""

    pk = None  # a place is no other title's

    def __init__(self, order: str, place: Place) -> None:
        self.row = row_at(place)
        setattr(self, order, place)


class IndexedTitle(Model):
    """No table, only a name to sign cursors by: a place in the index is none in a list of the catalogue."""

    class Meta:
        abstract = True
        app_label = "catalog"


class Bounds(NamedTuple):
    """Of one field, so that they are one range: to look for what two of them share takes ten times as long."""

    first: int = 0
    last: int = _BIGGEST

    def narrowed(self, lookup: str, value: int) -> "Bounds":
        if lookup == "gte":
            return Bounds(max(self.first, value), self.last)
        return Bounds(self.first, min(self.last, value))


class Titles:
    """Films and shows. Narrowed as a queryset is, it gives another one.

    A fact that is not known matches nothing, and so is nothing that `exclude` leaves out.
    """

    model = IndexedTitle

    def __init__(
        self,
        clauses: tuple[tuple[Occur, Query], ...] = (),
        bounds: Mapping[str, Bounds] = MappingProxyType({}),
    ) -> None:
        self._clauses, self._bounds = clauses, bounds

    def all(self) -> "Titles":
        return self

    def filter(self, *conditions: Q, **lookups: Any) -> "Titles":
        clauses, bounds = [(Occur.Must, _matching(condition)) for condition in conditions], dict(self._bounds)
        for name, value in lookups.items():
            column, _, lookup = name.partition("__")
            if lookup in ("gte", "lte"):
                field = _FIELDS.get(column, column)
                bounds[field] = bounds.get(field, Bounds()).narrowed(lookup, _held(field, value))
            else:
                clauses.append((Occur.Must, _compared(column, lookup, value)))
        return Titles((*self._clauses, *clauses), bounds)

    def exclude(self, *conditions: Q, **lookups: Any) -> "Titles":
        return Titles((*self._clauses, (Occur.MustNot, _matching(Q(*conditions, **lookups)))), self._bounds)

    @cached_property
    def _searcher(self) -> tantivy.Searcher:
        """The same for all that is asked: what is counted is what is shown."""
        return readers.searcher()

    @cached_property
    def _all_clauses(self) -> list[tuple[Occur, Query]]:
        ranges = [(Occur.Must, _range(field, *bounds)) for field, bounds in self._bounds.items()]
        clauses = [*self._clauses, *ranges]
        narrowed = any(occur == Occur.Must for occur, _ in clauses)  # to what only titles have
        return clauses if narrowed else [(Occur.Must, _ANY_TITLE), *clauses]

    @property
    def _query(self) -> Query:
        return _joined(self._all_clauses)

    def rows_from(self, ordering: Ordering, cursor: Cursor | None, limit: int) -> list[Hit]:
        backward = cursor is not None and cursor.backward
        found = first_matching(
            self._searcher,
            self._all_clauses,
            limit,
            ordering.field,
            descending=ordering.descending != backward,
            after=cursor.value if cursor else None,
            widely=True,
        )
        hits = [Hit(ordering.field, place) for place, _ in found]
        return hits[::-1] if backward else hits

    def count(self) -> int:
        found: Any = self._searcher.search(self._query, 1)
        return int(found.count)

    def facets(self, names: Iterable[str]) -> dict[str, list[tuple[Any, int]]]:
        """(value, how many titles have it) of each facet, the most frequent first."""
        wanted = {name: {"terms": {"field": FACETS[name].field, "size": _MOST_SETS}} for name in names}
        counted = self._searcher.aggregate(self._query, wanted) if wanted else {}
        return {name: _most_frequent(counted[name]["buckets"], FACETS[name]) for name in wanted}


def _most_frequent(buckets: Iterable[Mapping[str, Any]], facet: Facet) -> list[tuple[Any, int]]:
    counts: Counter[Any] = Counter()
    for bucket in buckets:
        for value in facet.values(bucket["key"]):
            counts[value] += bucket["doc_count"]
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))[:MOST_VALUES]


def _matching(condition: Any) -> Query:
    """Of a Q, or of one of the (lookup, value) in it. Filters negate by `exclude` alone, never within."""
    if isinstance(condition, Q):
        parts = [_matching(child) for child in condition.children]
        return _any(parts) if condition.connector == Q.OR else _all(parts)
    name, value = condition
    column, _, lookup = name.partition("__")
    return _compared(column, lookup, value)


def _compared(column: str, lookup: str, value: Any) -> Query:
    """`in` and `has_any` take several values, `has` and none at all one."""
    values = [value] if lookup in ("", "has") else list(value)
    field = _FIELDS.get(column, column)
    found = _any([Query.term_query(SCHEMA, field, _held(field, value), "basic") for value in values])
    return _all([_ANY_TITLE, found]) if field == "id" else found


def _held(field: str, value: Any) -> Any:
    return _AS_HELD[field](value) if field in _AS_HELD else value


def _range(field: str, first: int, last: int) -> Query:
    return Query.range_query(SCHEMA, field, FieldType.Integer, first, last)


def _all(queries: list[Query]) -> Query:
    return _joined([(Occur.Must, query) for query in queries])


def _any(queries: list[Query]) -> Query:
    return _joined([(Occur.Should, query) for query in queries])


def _joined(clauses: list[tuple[Occur, Query]]) -> Query:
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)
