"""The rows that an import could not use."""

from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.imports.api.base import ImportsView
from apps.imports.api.serializers import CellsSerializer, RejectedRowSerializer
from apps.imports.models import RejectedRow
from apps.imports.selectors import rejected_csv
from apps.imports.services.rows import row_edit
from movieverse.api.delivery import PRIVATE
from movieverse.api.filters import FilterSet
from movieverse.api.views import ApiView, FilteredListView

CSV = "text/csv"


class RowFilter(FilterSet):
    file = filters.CharFilter(label="The name of a file.")
    column = filters.CharFilter(label="The column whose value could not be used.")
    kind = filters.CharFilter(label="What the row would have been, such as movies.")
    used = filters.BooleanFilter("is_used", label="Whether the row was used but for the value.")
    retried = filters.BooleanFilter("retried_in", "isnull", exclude=True, label="Whether it was tried again.")


class RowsView(ImportsView):
    serializer_class: Any = RejectedRowSerializer
    needs = {"GET": "view_rejectedrow", "PATCH": "change_rejectedrow"}


class RowList(RowsView, FilteredListView):
    """The rows that an import could not use, in the order in which they were met."""

    filterset_class = RowFilter
    orderings = {"id": "pk"}
    default_ordering = "id"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return RejectedRow.objects.none()
        return self.found(self.kwargs["import_id"]).rejected_rows.all()


class RowDetail(RowsView):
    """A row that an import could not use, as it stands in its file, and as somebody has put it right."""

    versioned = True
    problems = {"PATCH": (409,)}

    def get(self, request: Request, import_id: int, row_id: int) -> Response:
        return self.answer(self.found_row(import_id, row_id))

    @extend_schema(request=CellsSerializer)
    def patch(self, request: Request, import_id: int, row_id: int) -> Response:
        """Put cells right. Nothing is imported by that: retry the import when all is well."""
        row = self.found_row(import_id, row_id)
        given = CellsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self.answer(row_edit(row=row, version=self.expected_version, **given.validated_data))


class CsvRenderer(JSONRenderer):
    """Lets the table be asked for as what it is; what goes wrong is JSON, as everywhere."""

    media_type = CSV
    format = "csv"


class RowTable(RowsView, ApiView):
    """The same as a table: the file's own columns, then file, line, column and reason.

    A cell that a spreadsheet would take for a formula has a `'` before it.
    """

    serializer_class = None
    renderer_classes = (JSONRenderer, CsvRenderer)

    @extend_schema(responses={(200, CSV): OpenApiTypes.STR})
    def get(self, request: Request, import_id: int) -> HttpResponseBase:
        row = self.found(import_id)
        lines = () if request.method == "HEAD" else rejected_csv(row)
        name = f'attachment; filename="import-{row.pk}-rejected.csv"'
        headers = {"Content-Disposition": name, "Cache-Control": PRIVATE, "X-Content-Type-Options": "nosniff"}
        return StreamingHttpResponse(lines, content_type=f"{CSV}; charset=utf-8", headers=headers)
