"""One kind of page for every list: keyset cursors, a limit, an ordering, and a count on request."""

from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from movieverse.api import degraded
from movieverse.api.counts import COUNTS
from movieverse.api.cursors import Cursor, Ordering, rows_from
from movieverse.api.problems import ParameterError

DEFAULT_LIMIT, MAX_LIMIT = 20, 100


class KeysetPagination(BasePagination):
    """A view says by its `orderings` ({public name: field}) what it can be ordered by, first `default_ordering`.

    An ordering's field is never null, and has an index together with the primary key, which breaks
    ties in the same direction.
    """

    PARAMETERS = ("cursor", "limit", "ordering", "count")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.model = queryset.model
        self.ordering = _ordering(request, view)
        limit = limit_of(request)
        cursor = self.cursor = _cursor(request, self.model, self.ordering)
        count = _count(request)
        rows = _rows(queryset, self.ordering, cursor, limit + 1)
        self.count = _counted(queryset, count) if count else None
        more, backward = len(rows) > limit, cursor is not None and cursor.backward
        self.page = rows[-limit:] if backward else rows[:limit]
        self.has_next = backward or more
        self.has_previous = more if backward else cursor is not None
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        next_url = self._url(self.page[-1], backward=False) if self.page and self.has_next else None
        previous = self._url(self.page[0], backward=True) if self.page and self.has_previous else None
        return Response({"results": data, "next": next_url, "previous": previous, "count": self.count})

    def _url(self, row: Any, *, backward: bool) -> str:
        cursor = Cursor(self.ordering.name, backward, getattr(row, self.ordering.field), row.pk)
        return replace_query_param(self.url, "cursor", cursor.encoded(self.model))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = [sign + name for name in view.orderings for sign in ("", "-")]
        return [
            _parameter("cursor", "Where the page begins: from the answer's `next` or `previous`.", type="string"),
            _parameter(
                "limit", "Most rows of a page.", type="integer", minimum=1, maximum=MAX_LIMIT, default=DEFAULT_LIMIT
            ),
            _parameter(
                "ordering",
                "What to order by, with `-` descending. Ties are broken by id, in the same direction.",
                type="string",
                enum=orders,
                default=view.default_ordering,
            ),
            _parameter(
                "count",
                "Whether to count all rows: `estimated` is fast, `exact` reads every row that matches.",
                type="string",
                enum=["none", *COUNTS],
                default="none",
            ),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        url = {"type": ["string", "null"], "format": "uri"}
        kinds = ["exact", "estimated", "at_least"]
        count = {
            "type": ["object", "null"],
            "required": ["value", "kind"],
            "properties": {"value": {"type": "integer"}, "kind": {"type": "string", "enum": kinds}},
        }
        return {
            "type": "object",
            "required": ["results", "next", "previous", "count"],
            "properties": {
                "results": schema,
                "next": url,
                "previous": url,
                "count": count,
                "degraded": degraded.SCHEMA,
            },
        }


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _rows(source: Any, ordering: Ordering, cursor: Cursor | None, limit: int) -> list[Any]:
    """Of a queryset, or of what is none but has `model`, `rows_from` and `count`, as what the index finds."""
    if isinstance(source, QuerySet):
        return rows_from(source, ordering, cursor, limit)
    found: list[Any] = source.rows_from(ordering, cursor, limit)
    return found


def _counted(source: Any, kind: str) -> dict[str, Any]:
    return COUNTS[kind](source) if isinstance(source, QuerySet) else {"value": source.count(), "kind": "exact"}


def limit_parameter(usual: int = DEFAULT_LIMIT, most: int = MAX_LIMIT) -> OpenApiParameter:
    """Of a list that has no pages."""
    kind = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    return OpenApiParameter("limit", kind, description="Most results.")


def limit_of(request: Request, usual: int = DEFAULT_LIMIT, most: int = MAX_LIMIT) -> int:
    text = request.query_params.get("limit", str(usual))
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= most:
        return int(text)
    raise ParameterError("limit", f"limit is a whole number from 1 to {most}.")


def _count(request: Request) -> str:
    kind = request.query_params.get("count", "none")
    if kind not in ("none", *COUNTS):
        raise ParameterError("count", f"count is one of none, {', '.join(COUNTS)}.")
    return "" if kind == "none" else kind


def _ordering(request: Request, view: Any) -> Ordering:
    name = request.query_params.get("ordering", view.default_ordering)
    field = view.orderings.get(name.removeprefix("-"))
    if field is None:
        raise ParameterError(
            "ordering", f"ordering is one of {', '.join(view.orderings)}, with - in front for descending."
        )
    return Ordering(name, field)


def _cursor(request: Request, model: type[Model], ordering: Ordering) -> Cursor | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        cursor = Cursor.decoded(text, model)
    except ValueError as error:
        raise ParameterError("cursor", f"This is {error}.", 400, "invalid-cursor") from None
    if cursor.ordering != ordering.name:
        raise ParameterError("cursor", f"This cursor is for ordering={cursor.ordering}.", 400, "invalid-cursor")
    return cursor
