"""How the rows that a query asks for are found.

The Realtime Database picks children by one column that its rules index, in that column's order, and no more. A Search
has it pick by what serves best, and does the rest itself, as long as no more than `row_limit` rows are read for that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import NotSupportedError
from django.db.models import CharField, DecimalField, Field, IntegerField, Model, TextField
from django.db.models.expressions import Col
from django.db.models.lookups import Lookup
from django.db.models.sql.where import AND

from .conditions import NESTED, Row, comparable, condition, prepared
from .values import row_key

PAGE = 1_000
_SMALLEST_PAGE = 10
_FEW_KEYS = 20  # are asked for one by one
_DENSITY = 4  # times as many rows may be read as are meant
_MOST_ALTERNATIVES = 30
_RANGES = {"exact", "in", "gt", "gte", "lt", "lte", "range"}
_NOT_IN_ORDER = (DecimalField, *NESTED)  # stored in a way that does not sort
_LAST_LETTER = "\uffff"
_ANYTHING = object()  # the first value there is, after nothing at all


def indexed_columns(model: type[Model]) -> list[str]:
    """The primary key first, then what an index begins with: the store knows indexes of one column."""
    meta: Any = model._meta
    first = [meta.get_field(index.fields[0].lstrip("-")) for index in meta.indexes if index.fields]
    fields = [meta.pk, *(field for field in meta.concrete_fields if field.db_index), *first]
    return list(dict.fromkeys(field.column for field in fields if not isinstance(field, _NOT_IN_ORDER)))


class TooManyRows(NotSupportedError):
    """Of which only a part is asked for, and the store cannot tell which."""


@dataclass(frozen=True)
class Bounds:
    """Rows that the store can pick: those whose column lies between two values."""

    column: str
    start: Any = None
    end: Any = None

    def parameters(self) -> dict[str, Any]:
        if self.start is not None and self.start == self.end:
            return {"orderBy": self.column, "equalTo": self.start}
        start = False if self.start is _ANYTHING else self.start  # nothing but false is before true, numbers and text
        limits = {"startAt": start, "endAt": self.end}
        return {"orderBy": self.column, **{name: value for name, value in limits.items() if value is not None}}

    def within(self, other: "Bounds") -> "Bounds":
        starts = [value for value in (self.start, other.start) if value is not None and value is not _ANYTHING]
        ends = [value for value in (self.end, other.end) if value is not None]
        return Bounds(self.column, max(starts, default=_ANYTHING), min(ends, default=None))


class Search:
    """The rows of one model that meet a condition, in an order, from `low` to `high`."""

    def __init__(self, connection: Any, query: Any, ordering: Iterable[tuple[Field, bool]] = ()) -> None:
        self.connection, self.model = connection, query.model
        self.meta, self.table = query.get_meta(), query.get_meta().db_table
        self.pk = self.meta.pk
        self._condition = condition(query.where, connection)
        self.lookups, self.is_plain = _conjuncts(query.where)
        self.ordering = list(ordering)
        self.low, self.high = query.low_mark, query.high_mark
        self.is_empty = query.is_empty() or (self.high is not None and self.high <= self.low)

    def holds(self, row: Row) -> bool | None:
        return self.pk.column in row and self._condition(row)

    def rows(self) -> Iterator[Row]:
        pks = self.pks()
        if self.is_empty or pks == []:
            return iter(())
        if pks is not None:
            return self._sorted(self._of(pks))
        alternatives = self._alternatives()
        if self._is_by_key(alternatives) and not self.connection.pending(self.table):
            return islice(filter(self.holds, self._in_pages(alternatives[0])), self.low, self.high)
        if self._is_first(alternatives):
            return self._sorted(self._first(alternatives[0]))
        try:
            found = self._all(alternatives)
        except TooManyRows:
            if self.high is None or self._first_column != self.pk.column or self.connection.pending(self.table):
                raise
            return islice(filter(self.holds, self._in_pages(Bounds(self.pk.column))), self.low, self.high)
        return self._sorted(self.connection.with_pending(self.table, found).values())

    def count(self) -> int:
        """How many rows there are, without reading them where all are meant."""
        if self.lookups or not self.is_plain or self.connection.pending(self.table):
            return sum(1 for _ in self.rows())
        column = self.pk.column
        remains = self.connection.pick(self.table, orderBy=column, endAt=False)  # what has no key comes before false
        total = len(self.connection.keys(self.table)) - sum(column not in row for row in remains.values())
        return max(0, min(total, self.high or total) - self.low)

    @property
    def only_pk(self) -> Any:
        """The one key which is all that the condition names; else None."""
        pks = self.pks() if self.is_plain and len(self.lookups) == 1 else None
        return pks[0] if pks and len(pks) == 1 else None

    def pks(self) -> list[Any] | None:
        """Those of the rows that may match, where the query says so."""
        for lookup in self.lookups:
            if lookup.lhs.target is self.pk and lookup.lookup_name in ("exact", "in"):
                values = lookup.rhs if lookup.lookup_name == "in" else [lookup.rhs]
                return list(
                    dict.fromkeys(prepared(lookup, value, self.connection) for value in values if value is not None)
                )
        return None

    def _of(self, pks: list[Any]) -> Iterable[Row]:
        """By their keys; many that lie close together as one range."""
        keys = list(map(row_key, pks))
        if len(pks) > _FEW_KEYS:
            key, limit = comparable(self.pk), len(pks) * _DENSITY
            bounds = Bounds(self.pk.column, min(pks, key=key), max(pks, key=key))
            found = self._fetch(bounds, limit)
            if len(found) < limit:
                found = self.connection.with_pending(self.table, found)
                return [found[key] for key in keys if key in found]
        rows = (self.connection.row(self.table, key, self.pk.column) for key in keys)
        return [row for row in rows if row is not None]

    # --- What the store picks by -----------------------------------------------------------------

    def _alternatives(self) -> list[Bounds]:
        """What the store is asked for: one range, or several single values of one column."""
        columns = indexed_columns(self.model)
        ranges: dict[str, Bounds] = {}
        for lookup in self.lookups:
            column = lookup.lhs.target.column
            if column not in columns or not _is_range(lookup):
                continue
            if lookup.lookup_name == "in":
                values = {prepared(lookup, value, self.connection) for value in lookup.rhs if value is not None}
                if len(values) <= _MOST_ALTERNATIVES:
                    return [Bounds(column, value, value) for value in values]
                continue
            bounds = self._bounds(lookup)
            ranges[column] = ranges[column].within(bounds) if column in ranges else bounds
        narrowest = sorted(
            ranges.values(), key=lambda bounds: (bounds.start != bounds.end, bounds.column != self._first_column)
        )
        everything = Bounds(self._first_column if self._first_column in columns else self.pk.column)
        return narrowest[:1] or [everything]

    def _bounds(self, lookup: Any) -> Bounds:
        column, name = lookup.lhs.target.column, lookup.lookup_name
        if name == "startswith":
            return Bounds(column, str(lookup.rhs), f"{lookup.rhs}{_LAST_LETTER}")
        if name == "range":
            return Bounds(column, *(prepared(lookup, value, self.connection) for value in lookup.rhs))
        if name == "isnull":
            return Bounds(column, _ANYTHING)
        value = prepared(lookup, lookup.rhs, self.connection)
        is_whole = isinstance(lookup.lhs.target, IntegerField)
        starts = {"exact": value, "gte": value, "gt": value + 1 if is_whole else value}
        ends = {"exact": value, "lte": value, "lt": value - 1 if is_whole else value}
        return Bounds(column, starts.get(name, _ANYTHING), ends.get(name))

    @property
    def _first_column(self) -> str:
        return str(self.ordering[0][0].column if self.ordering else self.pk.column)

    @property
    def _descending(self) -> bool:
        return bool(self.ordering and self.ordering[0][1])

    def _covers(self, bounds: Bounds) -> bool:
        """Whether the condition says no more than these bounds do."""
        return self.is_plain and all(
            lookup.lhs.target.column == bounds.column and _is_range(lookup) for lookup in self.lookups
        )

    # --- Ways of reading ---------------------------------------------------------------------------

    def _is_by_key(self, alternatives: list[Bounds]) -> bool:
        return len(alternatives) == 1 and alternatives[0].column == self._first_column == self.pk.column

    def _is_first(self, alternatives: list[Bounds]) -> bool:
        """Whether the store can be asked for the first rows of the order alone."""
        return len(alternatives) == 1 and alternatives[0].column == self._first_column and self.high is not None

    def _in_pages(self, bounds: Bounds) -> Iterator[Row]:
        """In the order of their primary keys, as many as are asked for."""
        column, read = self.pk.column, 0
        if bounds.start is None:
            bounds = replace(bounds, start=_ANYTHING)
        exact = self._covers(bounds)
        size = PAGE if self.high is None else max(self.high, _SMALLEST_PAGE)
        last: Any = None
        while True:
            size = min(size, PAGE, self.connection.row_limit)
            page = self._sorted_by_key(self._fetch(bounds, size + 1))
            fresh = [row for row in page if row[column] != last]
            read += len(fresh)
            if not exact and read > self.connection.row_limit:
                raise self._too_many()
            yield from fresh
            if len(page) <= size:
                return
            last = page[-1][column]
            bounds = replace(bounds, end=last) if self._descending else replace(bounds, start=last)
            size *= 2

    def _sorted_by_key(self, rows: dict[str, Row]) -> list[Row]:
        key, column = comparable(self.pk), self.pk.column
        return sorted(rows.values(), key=lambda row: key(row[column]), reverse=self._descending)

    def _first(self, bounds: Bounds) -> Iterable[Row]:
        """The first rows by a column, until enough of them match, with all that tie with the last of them."""
        wanted = max(self.high, _SMALLEST_PAGE) + len(self.connection.pending(self.table))
        while True:
            picked = self._fetch(bounds, wanted)
            found = self.connection.with_pending(self.table, picked)
            if len(picked) < wanted:
                return found.values()
            if sum(1 for row in found.values() if self.holds(row)) >= self.high:
                break
            if wanted > self.connection.row_limit and not self._covers(bounds):
                raise self._too_many()
            wanted *= 2
        return self.connection.with_pending(self.table, picked | self._tied(bounds, picked)).values()

    def _tied(self, bounds: Bounds, picked: dict[str, Row]) -> dict[str, Row]:
        """With the last of those that were picked: which of them come first is for the rest of the order to say."""
        key = comparable(self.ordering[0][0])
        values = [row[bounds.column] for row in picked.values() if bounds.column in row]
        if self._descending and len(values) == len(picked):
            edge = min(values, key=key)
        elif not self._descending and values:
            edge = max(values, key=key)
        else:
            return self._all([Bounds(bounds.column)])  # those without a value
        return self._all([Bounds(bounds.column, edge, edge)])

    def _all(self, alternatives: list[Bounds]) -> dict[str, Row]:
        """All that there are, where all are asked for; else no more than may be read for a part of them."""
        is_part = self.high is not None or not all(map(self._covers, alternatives))
        limit = self.connection.row_limit
        found: dict[str, Row] = {}
        for bounds in alternatives:
            found |= self._fetch(bounds, limit + 1 if is_part else None)
            if is_part and len(found) > limit:
                raise self._too_many()
        return found

    def _fetch(self, bounds: Bounds, limit: int | None) -> dict[str, Row]:
        limits = {"limitToLast" if self._descending else "limitToFirst": limit} if limit else {}
        return self.connection.pick(self.table, **bounds.parameters(), **limits)

    def _sorted(self, rows: Iterable[Row]) -> Iterator[Row]:
        matching = [row for row in rows if self.holds(row)]
        for field, descending in reversed(self.ordering):
            key, column = comparable(field), field.column
            matching.sort(
                key=lambda row: (row.get(column) is not None, key(row.get(column))),
                reverse=descending,
            )
        return islice(matching, self.low, self.high)

    def _too_many(self) -> "TooManyRows":
        asked = [lookup.lhs.target for lookup in self.lookups] + [field for field, _ in self.ordering]
        indexed = indexed_columns(self.model)
        missing = [
            field.name for field in asked if field.column not in indexed and not isinstance(field, _NOT_IN_ORDER)
        ]
        advice = (
            f'an index that begins with it (models.Index(fields=["{missing[0]}"]), then `manage.py firebase_rules`)'
            if missing
            else "a filter by an indexed field that leaves fewer"
        )
        return TooManyRows(
            f"{self.model.__name__} by {', '.join(dict.fromkeys(field.name for field in asked)) or 'this condition'}: "
            f"the Realtime Database picks rows by one indexed field, and of those more than "
            f"{self.connection.row_limit:,} (row_limit) would have to be read. It takes {advice}."
        )


def _is_range(lookup: Any) -> bool:
    if lookup.lookup_name == "startswith":
        return isinstance(lookup.lhs.target, CharField | TextField)
    return lookup.lookup_name in _RANGES or (lookup.lookup_name == "isnull" and not lookup.rhs)


def _conjuncts(where: Any) -> tuple[list[Any], bool]:
    """The plain comparisons that every row has to meet, and whether they are the whole condition."""
    if where.connector != AND or where.negated:
        return [], not where.children
    found: list[Any] = []
    is_plain = True
    for child in where.children:
        if isinstance(child, Lookup):
            simple = isinstance(child.lhs, Col) and not hasattr(child.rhs, "resolve_expression")
            found += [child] if simple else []
            is_plain &= simple
        else:
            more, plain = _conjuncts(child) if hasattr(child, "children") else ([], False)
            found += more
            is_plain &= plain
    return found, is_plain
