"""Django's queries, carried out on the Realtime Database."""

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from django.core.exceptions import FieldError
from django.db import IntegrityError, NotSupportedError
from django.db.models import AutoField, CharField, Count, Field, JSONField, TextField
from django.db.models.constants import OnConflict
from django.db.models.expressions import Col, CombinedExpression, OrderBy, Ref, Star, Value
from django.db.models.sql import compiler as djangos
from django.db.models.sql.constants import GET_ITERATOR_CHUNK_SIZE, MULTI, SINGLE

from movieverse.fields import ListField

from .conditions import NESTED, Row, expression
from .search import Search
from .values import row_key, stored

compiler: Any = djangos  # whose queries and connections are those of SQL to type checkers


def refuse(what: str) -> NotSupportedError:
    return NotSupportedError(f"The Realtime Database cannot do that: {what}.")


class SQLCompiler(compiler.SQLCompiler):
    def execute_sql(
        self, result_type: str = MULTI, chunked_fetch: bool = False, chunk_size: int = GET_ITERATOR_CHUNK_SIZE
    ) -> Any:
        self.refuse_what_cannot_be()
        rows = self._counted() if self._counts() else self._rows()
        if result_type == SINGLE:
            return next(rows, None)
        chunks = iter(lambda: list(islice(rows, chunk_size)), [])
        return chunks if chunked_fetch else list(chunks)

    def results_iter(
        self,
        results: Any = None,
        tuple_expected: bool = False,
        chunked_fetch: bool = False,
        chunk_size: int = GET_ITERATOR_CHUNK_SIZE,
    ) -> Iterator[Any]:
        if results is None:
            results = self.execute_sql(MULTI, chunked_fetch=chunked_fetch, chunk_size=chunk_size)
        converters = self.get_converters([selected[0] for selected in self.select[: self.col_count]])
        rows: Any = chain.from_iterable(results)
        if converters:
            rows = self.apply_converters(rows, converters)
        return map(tuple, rows) if tuple_expected else rows

    def compile(self, node: Any) -> tuple[str, tuple[Any, ...]]:
        """There is no SQL to be made of anything."""
        return "", ()

    def refuse_what_cannot_be(self) -> None:
        query = self.query
        tables = [alias for alias in query.alias_map if query.alias_refcount[alias]]
        for cannot, what in (
            (len(tables) > 1, f"join {' and '.join(tables)}"),
            (query.combinator, f"{query.combinator} of queries"),
            (query.distinct, "distinct()"),
            (query.extra, "extra()"),
            (query.explain_info, "explain()"),
            (query.group_by is not None, "group rows"),
            (query.select_for_update_nowait or query.select_for_update_skip_locked, "lock without waiting"),
        ):
            if cannot:
                raise refuse(what)

    def _counts(self) -> bool:
        """Whether the query asks for nothing but `COUNT(*)`."""
        counted = list(self.query.annotation_select.values())
        aggregates = [annotation for annotation in counted if annotation.contains_aggregate]
        if aggregates and (len(counted) > 1 or not _is_count_of_all(aggregates[0])):
            raise refuse(f"work out {', '.join(map(repr, aggregates))}; it counts rows, with Count('*') alone")
        return bool(aggregates)

    def _counted(self) -> Iterator[tuple[int]]:
        self.setup_query()
        yield (Search(self.connection, self.query).count(),)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        self.setup_query()
        search = Search(self.connection, self.query, self.ordering())
        if self.query.select_for_update:
            self._lock(search)
        columns = [selected[0] for selected in self.select]
        if all(isinstance(column, Col) for column in columns):
            names = [column.target.column for column in columns]
            return (tuple([row.get(name) for name in names]) for row in search.rows())
        values = [expression(column, self.connection) for column in columns]
        return (tuple([value(row) for value in values]) for row in search.rows())

    def _lock(self, search: Search) -> None:
        pks = search.pks()
        if pks is None or len(pks) != 1:
            raise refuse("lock rows other than one by its key")
        self.connection.lock(search.table, row_key(pks[0]))

    def ordering(self) -> list[tuple[Field, bool]]:
        """The fields to order by, and whether descending."""
        return [_field_and_direction(order) for order in self._orders()]

    def _orders(self) -> Iterator[OrderBy]:
        for order, _ in self._order_by_pairs():
            yield order.resolve_expression(self.query, allow_joins=False, reuse=None)


def _is_count_of_all(annotation: Any) -> bool:
    return (
        isinstance(annotation, Count)
        and isinstance(annotation.get_source_expressions()[0], Star)
        and not annotation.distinct  # type: ignore[attr-defined]
        and annotation.filter is None
    )


def _field_and_direction(order: OrderBy) -> tuple[Field, bool]:
    column: Any = order.expression
    column = column.source if isinstance(column, Ref) else column  # type: ignore[attr-defined]
    if not isinstance(column, Col) or order.nulls_first or order.nulls_last or isinstance(column.target, NESTED):
        raise refuse(f"order by {order!r}")
    return column.target, order.descending


class SQLAggregateCompiler(SQLCompiler):
    """`COUNT(*)` of a query with a slice."""

    def execute_sql(self, result_type: str = MULTI, *args: Any, **kwargs: Any) -> Any:
        query: Any = self.query
        if not all(map(_is_count_of_all, query.annotation_select.values())):
            raise refuse("aggregates other than Count('*')")
        query.inner_query.get_compiler(self.using).refuse_what_cannot_be()
        self.col_count = 1
        row = (Search(self.connection, query.inner_query).count(),)
        return row if result_type == SINGLE else [[row]]


class SQLInsertCompiler(compiler.SQLInsertCompiler, SQLCompiler):
    def execute_sql(self, returning_fields: Any = None) -> list[tuple[Any, ...]]:  # type: ignore[override]
        rows = [self._row(obj) for obj in self.query.objs]
        are_counted = self._number(rows)
        pk = self.query.get_meta().pk
        self._write({row_key(row[pk.column]): row for row in rows}, len(rows), are_counted)
        return [tuple(row.get(field.column) for field in returning_fields) for row in rows] if returning_fields else []

    def _row(self, obj: Any) -> Row:
        row = {}
        for field in self.query.fields:
            value = getattr(obj, field.attname) if self.query.raw else field.pre_save(obj, add=True)
            row[field.column] = self._prepared(field, value)
        return {column: value for column, value in row.items() if value is not None}

    def _prepared(self, field: Field, value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            resolved = value.resolve_expression(self.query, allow_joins=False, for_save=True)
            if not isinstance(resolved, Value):
                return _checked(field, expression(resolved, self.connection)({}))
            value = resolved if isinstance(field, JSONField) else resolved.value  # which tells JSON's null by it
        return stored(_checked(field, field.get_db_prep_save(value, connection=self.connection)))

    def _number(self, rows: list[Row]) -> bool:
        """Give rows of a counted key their numbers. Whether all have one that was counted, which nobody else has."""
        meta, connection = self.query.get_meta(), self.connection
        column = meta.pk.column
        new = [row for row in rows if column not in row]
        if not isinstance(meta.pk, AutoField):
            if new:
                raise IntegrityError(f"A {meta.object_name} needs a {meta.pk.name}.")
            return False
        if new:
            for row, number in zip(new, connection.next_numbers(meta.db_table, len(new)), strict=True):
                row[column] = number
        numbers = {row[column] for row in rows}
        are_counted: bool = connection.were_counted(meta.db_table, numbers)
        if not are_counted:
            connection.count_from(meta.db_table, max(numbers))
        return are_counted

    def _write(self, rows: dict[str, Row], given: int, are_counted: bool) -> None:
        meta, connection = self.query.get_meta(), self.connection
        on_conflict = self.query.on_conflict
        if on_conflict is None and len(rows) < given:
            raise IntegrityError(f"Two of the new rows of {meta.db_table} have the same key.")
        if on_conflict is None and len(rows) == 1:
            ((key, row),) = rows.items()
            connection.create(meta.db_table, key, row, meta.pk.column, is_counted=are_counted)
            return
        known = {} if are_counted else self._known(rows)
        if known and on_conflict is None:
            raise IntegrityError(f"{meta.db_table} has {min(known)} already.")
        connection.write_rows(meta.db_table, {key: row for key, row in rows.items() if key not in known})
        if on_conflict == OnConflict.UPDATE:
            changed = {key: (row, self._updated(row, rows[key])) for key, row in known.items()}
            connection.change_rows(meta.db_table, meta.pk.column, changed, {})

    def _known(self, rows: dict[str, Row]) -> dict[str, Row]:
        column = self.query.get_meta().pk.column
        pks = [row[column] for row in rows.values()]
        query = self.query.model._base_manager.using(self.using).filter(pk__in=pks).query
        return {row_key(row[column]): row for row in Search(self.connection, query).rows()}

    def _updated(self, row: Row, given: Row) -> Row:
        columns = {field.column: given.get(field.column) for field in self.query.update_fields}
        return {column: value for column, value in {**row, **columns}.items() if value is not None}


class SQLDeleteCompiler(compiler.SQLDeleteCompiler, SQLCompiler):
    def execute_sql(self, result_type: str = MULTI, *args: Any, **kwargs: Any) -> int:
        self.refuse_what_cannot_be()
        search = Search(self.connection, self.query)
        column = search.pk.column
        keys = [row_key(row[column]) for row in search.rows()]
        if len(keys) == 1 and search.only_pk is None:
            return int(self.connection.remove(search.table, keys[0], column, search.holds))
        self.connection.delete_rows(search.table, keys)
        return len(keys)


class SQLUpdateCompiler(compiler.SQLUpdateCompiler, SQLCompiler):
    def execute_sql(self, result_type: str = MULTI, *args: Any, **kwargs: Any) -> int:
        self.refuse_what_cannot_be()
        assignments = {field.column: self._assigned(field, value) for field, _, value in self.query.values}
        if not assignments:
            return 0
        search = Search(self.connection, self.query)
        steps = {field.column: step for field, _, value in self.query.values if (step := self._step(field, value))}
        change = _change(assignments, search.holds)
        column = search.pk.column
        if search.only_pk is not None and not steps:
            return int(self.connection.change(search.table, row_key(search.only_pk), column, change))
        changed = {row_key(row[column]): (row, change(row)) for row in search.rows()}
        if len(changed) == 1 and search.only_pk is None:  # what was asked for has to hold when it is written, too
            return int(self.connection.change(search.table, *changed, column, change, is_guarded=True))
        self.connection.change_rows(search.table, column, changed, steps)
        return len(changed)

    def _assigned(self, field: Field, value: Any) -> Callable[[Row], Any]:
        if field.primary_key:
            raise refuse("change the key of a row")
        if hasattr(value, "resolve_expression"):
            resolved = value.resolve_expression(self.query, allow_joins=False, for_save=True)
            if resolved.contains_aggregate or resolved.contains_over_clause:
                raise FieldError(f"{field.name} cannot be set to {value!r}.")
            work_out = expression(resolved, self.connection)
            return lambda row: _worked_out(field, work_out(row))
        written = stored(_checked(field, field.get_db_prep_save(value, connection=self.connection)))
        return lambda row: written

    def _step(self, field: Field, value: Any) -> int | float | None:
        """By how much a column is counted up, where that is all that becomes of it: then the store does so itself."""
        if not isinstance(value, CombinedExpression) or value.connector not in ("+", "-"):
            return None
        resolved = value.resolve_expression(self.query, allow_joins=False, for_save=True)
        left, right = resolved.lhs, resolved.rhs  # type: ignore[attr-defined]
        step = right.value if isinstance(right, Value) else None
        if not isinstance(left, Col) or left.target is not field or not isinstance(step, int | float):
            return None
        return step if value.connector == "+" else -step


def _change(
    assignments: dict[str, Callable[[Row], Any]], holds: Callable[[Row], bool | None]
) -> Callable[[Row], Row | None]:
    """What becomes of a row; None if it does not meet the condition."""

    def change(row: Row) -> Row | None:
        if not holds(row):
            return None
        changed = {**row, **{column: value(row) for column, value in assignments.items()}}
        return {column: value for column, value in changed.items() if value is not None}

    return change


def _worked_out(field: Field, value: Any) -> Any:
    if isinstance(value, int | float):
        if isinstance(field, CharField | TextField):
            raise refuse(f"make a text of a number for {field.name}")
        stored(value)  # raises where it has become too big
    return _checked(field, value)


def _checked(field: Field, value: Any) -> Any:
    if value is None and not (field.null or field.primary_key or isinstance(field, ListField)):
        raise IntegrityError(f"{field.model.__name__}.{field.name} cannot be null.")
    return value
