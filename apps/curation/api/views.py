"""The exports there are, and rows as they have them."""

from typing import Any

from django.forms import ValidationError
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.curation.api.serializers import ExportsSerializer
from apps.curation.exporting import shelf
from apps.curation.exporting.rows import KINDS, lines_of
from movieverse.api import etags
from movieverse.api.delivery import PUBLIC
from movieverse.api.filters import MOST_ITEMS, IdsField
from movieverse.api.problems import ParameterError
from movieverse.api.views import ApiView, PublicMixin

GZIP, LINES = "application/gzip", "application/jsonl"


class GzipRenderer(JSONRenderer):
    """Lets a file be asked for as what it is; what goes wrong is JSON, as everywhere."""

    media_type = GZIP
    format = "gzip"


class LinesRenderer(JSONRenderer):
    media_type = LINES
    format = "jsonl"


class ExportList(PublicMixin, ApiView):
    """The exports there are, the newest first."""

    serializer_class = ExportsSerializer

    @extend_schema(operation_id="exports_list")
    def get(self, request: Request) -> Response:
        shown = [self._shown(export) for export in shelf.kept()]
        return self.answer({"results": shown, "next": None, "previous": None, "count": None})

    def _shown(self, export: dict[str, Any]) -> dict[str, Any]:
        return export | {"files": [file | {"url": self._url(export["id"], file["kind"])} for file in export["files"]]}

    def _url(self, export_id: str, kind: str) -> str:
        return reverse("v1:export-file", args=[export_id, kind], request=self.request)


class ExportFile(PublicMixin, ApiView):
    """A file of an export: gzipped, a head and then a row a line. Its ETag is its SHA-256."""

    serializer_class = None
    renderer_classes = (JSONRenderer, GzipRenderer)

    @extend_schema(responses={(200, GZIP): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: str, kind: str) -> HttpResponseBase:
        file = self._file(export_id, kind)
        headers = {"ETag": f'"{file["sha256"]}"', "Cache-Control": PUBLIC}
        if etags.matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return HttpResponse(status=304, headers=headers)
        content = shelf.open_file(export_id, kind)
        if content is None:
            raise NotFound(f"The export {export_id} has just been deleted.")
        headers |= {"Content-Length": str(file["bytes"]), "Content-Type": GZIP}
        response = FileResponse(content, as_attachment=True, filename=f"{export_id}-{file['file']}", headers=headers)
        if request.method == "HEAD":
            response.streaming_content = ()
        return response

    def _file(self, export_id: str, kind: str) -> dict[str, Any]:
        """Known by its manifest alone: what a path says is never a path of the storage's."""
        export = shelf.kept_export(export_id)
        for file in export["files"] if export else ():
            if file["kind"] == kind:
                return file  # type: ignore[no-any-return]
        raise NotFound(f"There is no export {export_id} with a file of {kind}.")


_IDS = OpenApiParameter(
    "ids", description=f"Of the rows, `,` between them, at most {MOST_ITEMS}.", explode=False, style="form"
)


class ExportRows(PublicMixin, ApiView):
    """Rows as an export that is made now has them, a line each, in the order of their ids.

    An id without a line is that of a row that is gone, or of which nothing may be passed on.
    """

    serializer_class = None
    renderer_classes = (JSONRenderer, LinesRenderer)
    problems = {"GET": (422,)}

    def allowed_parameters(self) -> list[str]:
        return ["ids"]

    @extend_schema(parameters=[_IDS], responses={(200, LINES): OpenApiTypes.STR})
    def get(self, request: Request, kind: str) -> HttpResponse:
        if kind not in KINDS:
            raise NotFound(f"There is no kind {kind!r} of rows. There are {', '.join(KINDS)}.")
        rows = KINDS[kind].rows.filter(pk__in=self._ids()).order_by("pk")
        return HttpResponse(b"".join(lines_of(kind, list(rows))), content_type=LINES)

    def _ids(self) -> list[int]:
        try:
            items = IdsField(required=False).clean(self.request.query_params.get("ids", ""))
        except ValidationError as error:
            raise ParameterError("ids", " ".join(error.messages)) from None
        return items.values if items else []
