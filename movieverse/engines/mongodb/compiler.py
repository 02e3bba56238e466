"""The backend's compilers, less what keeps MongoDB from using its indexes."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Count
from django.db.models.expressions import Star
from django.db.models.sql.constants import MULTI
from django_mongodb_backend import compiler
from django_mongodb_backend.query import MongoQuery


class StoreQuery(MongoQuery):
    def get_pipeline(self) -> list[dict[str, Any]]:
        """The backend's pipeline with a plain projection after the sort, not before it.

        MongoDB moves a $sort to the index only when nothing that could change the documents stands before.
        """
        pipeline = super().get_pipeline()
        stages = [next(iter(stage)) for stage in pipeline]
        if "$project" not in stages or "$sort" not in stages or self._sorts_by_projected_value():
            return pipeline
        project = pipeline.pop(stages.index("$project"))
        return [*pipeline, project]

    def _sorts_by_projected_value(self) -> bool:
        untouched = all(value == 1 for value in self.project_fields.values())
        return not untouched or bool(self.aggregation_pipeline or self.combinator_pipeline or self.subquery_lookup)


class StoreErrorsMixin:
    connection: Any

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        with self.connection.naming_the_store():
            return super().execute_sql(*args, **kwargs)  # type: ignore[misc]


class SQLCompiler(StoreErrorsMixin, compiler.SQLCompiler):
    query_class = StoreQuery

    def execute_sql(self, result_type: str = MULTI, *args: Any, **kwargs: Any) -> Any:
        alias = self._plain_count()
        if alias is None:
            return super().execute_sql(result_type, *args, **kwargs)
        with self.connection.naming_the_store():
            rows = [[self._count(alias)]]
        return rows[0] if result_type != MULTI else [rows]

    def build_query(self, columns: Any = None) -> MongoQuery:
        """Leave out `{"$addFields": {"f": "$f"}}`: it adds nothing and keeps the sort off its index.

        And fetch what only() and defer() ask for, not whole documents.
        """
        if columns is None and self.query.deferred_loading[0]:
            columns = self.columns
        query = super().build_query(columns)
        if query.extra_fields:
            query.extra_fields = {name: value for name, value in query.extra_fields.items() if value != f"${name}"}
        return query

    def cursor_iter(self, cursor: Any, chunk_size: int, columns: Any) -> Iterator[Any]:
        with self.connection.naming_the_store():
            yield from super().cursor_iter(cursor, chunk_size, columns)

    def _plain_count(self) -> str | None:
        """The alias of `COUNT(*)` where that is all the query asks, as QuerySet.count() does."""
        query = self.query
        annotations = list(query.annotation_select.items())
        if len(annotations) != 1 or query.default_cols or query.select or query.group_by is not None:
            return None
        if query.combinator or query.distinct or query.is_sliced:
            return None
        alias, expression = annotations[0]
        counts_all = (
            isinstance(expression, Count)
            and isinstance(expression.get_source_expressions()[0], Star)
            and not expression.distinct  # type: ignore[attr-defined]
            and expression.filter is None
        )
        return alias if counts_all else None

    def _count(self, alias: str) -> int:
        """Count matching documents; all of them by the collection's own statistics, reading none."""
        self.setup_query()
        try:
            match = self._matching()
        except EmptyResultSet:
            return 0
        if not match and not self.connection.session:
            return int(self.collection.estimated_document_count())
        pipeline = [*match, {"$count": alias}]
        document: dict[str, int] = next(iter(self.collection.aggregate(pipeline, session=self.connection.session)), {})
        return int(document.get(alias, 0))

    def _matching(self) -> list[dict[str, Any]]:
        inner = self.query.clone()
        inner.annotations, inner.annotation_select_mask = {}, None
        inner.clear_ordering(force=True)
        inner.clear_deferred_loading()  # a projection would have every document read
        inner.default_cols = True
        inner_compiler = inner.get_compiler(self.using)
        inner_compiler.pre_sql_setup()
        return inner_compiler.build_query().get_pipeline()


class SQLInsertCompiler(StoreErrorsMixin, compiler.SQLInsertCompiler):
    pass


class SQLDeleteCompiler(StoreErrorsMixin, compiler.SQLDeleteCompiler):
    pass


class SQLUpdateCompiler(StoreErrorsMixin, compiler.SQLUpdateCompiler):
    pass


class SQLAggregateCompiler(StoreErrorsMixin, compiler.SQLAggregateCompiler):
    pass
