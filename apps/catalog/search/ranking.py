"""Rows in tiers: those of a better one first, within a tier the most popular first."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from tantivy import DocAddress, Occur, Query, Searcher

from apps.catalog.models import Movie
from apps.catalog.search.ordered import Clauses, first_matching
from apps.catalog.search.query import term
from apps.catalog.search.schema import Kind, Row, row_at
from movieverse.api.cursors import Cursor, Ordering

_ORDER = "by_popularity"

Start = tuple[int, int]  # a tier, and a place in it


class Hit(NamedTuple):
    tier: int
    pk: int  # the place in its tier, which no other row has
    address: DocAddress

    @property
    def row(self) -> Row:
        return row_at(self.pk)


class Ranking:
    """What is found as of one commit of the index, each row in the first tier that has it. Paged like a queryset."""

    model = Movie  # by which its cursors are signed

    def __init__(self, searcher: Searcher, tiers: Sequence[Query | None], kinds: Collection[Kind]) -> None:
        self.searcher = searcher
        self._tiers = {number: query for number, query in enumerate(tiers) if query is not None}
        self._kinds = set(kinds)

    def rows_from(self, ordering: Ordering, cursor: Cursor | None, limit: int) -> list[Hit]:
        backward = cursor is not None and cursor.backward
        start = (cursor.value, cursor.pk) if cursor else None
        hits = self.best(limit, start, worst_first=ordering.descending == backward)
        return hits[::-1] if backward else hits

    def best(self, limit: int, start: Start | None = None, *, worst_first: bool = False) -> list[Hit]:
        """Beginning just after a tier and a place in it. A tier that the page has no room for is not asked."""
        hits: list[Hit] = []
        empty: set[int] = set()
        for tier in self._tiers_from(start, worst_first):
            if len(hits) == limit:
                break
            beyond = start[1] if start and tier == start[0] else None
            found = self._in_tier(tier, empty, beyond, limit - len(hits), worst_first)
            if not found and beyond is None:
                empty.add(tier)
            hits += found
        return hits

    def count(self) -> int:
        anywhere = Query.boolean_query([(Occur.Should, query) for query in self._tiers.values()])
        found: Any = self.searcher.search(Query.boolean_query(self._of_kinds([(Occur.Must, anywhere)])), 1)
        return int(found.count)

    def _tiers_from(self, start: Start | None, worst_first: bool) -> list[int]:
        first = start and start[0]
        tiers = [tier for tier in self._tiers if first is None or (tier <= first if worst_first else tier >= first)]
        return sorted(tiers, reverse=worst_first)

    def _in_tier(self, tier: int, empty: set[int], beyond: int | None, limit: int, worst_first: bool) -> list[Hit]:
        """What no better tier has. Those that are known to be empty need not be asked for it."""
        better = [query for number, query in self._tiers.items() if number < tier and number not in empty]
        clauses = [(Occur.Must, self._tiers[tier]), *((Occur.MustNot, query) for query in better)]
        found = first_matching(
            self.searcher, self._of_kinds(clauses), limit, _ORDER, descending=not worst_first, after=beyond
        )
        return [Hit(tier, int(place), address) for place, address in found]

    def _of_kinds(self, clauses: Clauses) -> Clauses:
        return clauses if self._wanted is None else [*clauses, (Occur.Must, self._wanted)]

    @cached_property
    def _wanted(self) -> Query | None:
        """None where any kind is."""
        if len(self._kinds) == len(Kind):
            return None
        return Query.boolean_query([(Occur.Should, term("kind", kind.label)) for kind in self._kinds])
