"""The first of what matches, in an order of places.

To put all that matches in order takes time with each of them. So the first are looked for among the first of all rows
there are, and elsewhere only where those are not enough: what matches much is found in a fraction of the time.
"""

import time
from collections.abc import Sequence

import tantivy
from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from apps.catalog.search.schema import SCHEMA

Place = int | str
Placed = tuple[Place, DocAddress]
Clauses = Sequence[tuple[Occur, Query]]  # not joined yet: one that excludes something is slow within another query

_FIRST = 2_000  # of all rows
_MANY = 100_000  # rows, which to put in order takes a millisecond
_KNOWN_SECONDS = 600

_PARSER = tantivy.Index(SCHEMA)  # holds nothing
# Where the first rows end and until when that is known, by the order, whether it is descending, and about how many rows
# there are. They may have changed since: wherever they end, what a page finds among them is what it begins with.
_borders: dict[tuple[str, bool, int], tuple[Place, float]] = {}


def first_matching(
    searcher: Searcher,
    clauses: Clauses,
    limit: int,
    order: str,
    *,
    descending: bool,
    after: Place | None = None,
    widely: bool = False,
) -> list[Placed]:
    """At most `limit`, from just after a place. `widely` is what may match a good part of all rows."""
    border = _border(searcher, order, descending) if widely and searcher.num_docs > _MANY else None
    if border is not None:
        among_the_first = _between(order, descending, after, border)
        found = _ordered(searcher, [(Occur.Must, among_the_first), *clauses], limit, order, descending)
        if len(found) == limit:
            return found
    if after is not None:
        clauses = [(Occur.Must, _between(order, descending, after, None)), *clauses]
    return _ordered(searcher, clauses, limit, order, descending)


def _ordered(searcher: Searcher, clauses: Clauses, limit: int, order: str, descending: bool) -> list[Placed]:
    direction = Order.Desc if descending else Order.Asc
    query = Query.boolean_query(list(clauses))
    hits: list[Placed] = searcher.search(query, limit, count=False, order_by_field=order, order=direction).hits
    return hits


def _border(searcher: Searcher, order: str, descending: bool) -> Place | None:
    """None where no row has a place."""
    key = order, descending, searcher.num_docs.bit_length()
    place, until = _borders.get(key, (None, 0.0))
    if time.monotonic() >= until:
        first = _ordered(searcher, [(Occur.Must, Query.exists_query(order))], _FIRST, order, descending)
        if not first:
            return None
        place, _ = first[-1]
        _borders[key] = place, time.monotonic() + _KNOWN_SECONDS
    return place


def _between(order: str, descending: bool, after: Place | None, before: Place | None) -> Query:
    """None where there is no end. Where there is one, few rows are within, and places that are numbers are looked up.

    tantivy takes ranges of text only in its own language, where hexadecimal digits need no quotes.
    """
    low, high = (before, after) if descending else (after, before)
    if isinstance(low if high is None else high, str):
        return _PARSER.parse_query(f"{order}:{{{low or '*'} TO {high or '*'}}}")
    return Query.range_query(
        SCHEMA,
        order,
        FieldType.Integer,
        low,
        high,
        include_lower=low is None,
        include_upper=high is None,
        use_inverted_index=before is not None,
    )
