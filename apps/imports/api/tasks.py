"""Everything that a worker does with uploads, under one name: imports, and conversions."""

from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.imports.api.base import ImportsView
from apps.imports.api.serializers import ConversionInputSerializer, TaskSerializer
from apps.imports.models import Import
from apps.imports.selectors import jobs_of
from apps.imports.services import converted
from apps.imports.services.imports import conversion_create
from movieverse.api.delivery import PRIVATE
from movieverse.api.views import ListView

GZIP = "application/gzip"


class TasksView(ImportsView):
    serializer_class: Any = TaskSerializer

    def found(self, import_id: int) -> Import:
        row = jobs_of(self.member).filter(pk=import_id).first()
        if row is None:
            raise NotFound(f"There is no task {import_id} of yours.")
        return row


class TaskList(TasksView, ListView):
    """One's own tasks, an administrator's everybody's, the latest first."""

    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"

    def get_queryset(self) -> Any:
        return jobs_of(self.member)


class TaskDetail(TasksView):
    """A task: how far it is, and where its result is in the end."""

    def get(self, request: Request, task_id: int) -> Response:
        return self.answer(self.found(task_id))


class Conversion(TasksView):
    @extend_schema(request=ConversionInputSerializer, responses={202: TaskSerializer})
    def post(self, request: Request) -> Response:
        """Have an uploaded table made into JSON lines, packed by gzip: an object a row, its members texts.

        The task's `result` is where to download it from, for a week.
        """
        given = ConversionInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        (upload,) = self.own_uploads([given.validated_data["upload"]], "upload")
        return self.accepted(conversion_create(upload=upload, by=self.member.pk), "v1:task")


class GzipRenderer(JSONRenderer):
    """Lets the file be asked for as what it is; what goes wrong is JSON, as everywhere."""

    media_type = GZIP
    format = "gzip"


class TaskFile(TasksView):
    """What a conversion has made."""

    serializer_class = None
    renderer_classes = (JSONRenderer, GzipRenderer)

    @extend_schema(responses={(200, GZIP): OpenApiTypes.BINARY})
    def get(self, request: Request, task_id: int) -> HttpResponseBase:
        row = self.found(task_id)
        content = converted.opened(row) if row.state == Import.State.COMPLETED else None
        if content is None:
            raise NotFound(f"Task {row.pk} has no file.")
        headers = {"Content-Type": GZIP, "Cache-Control": PRIVATE, "Content-Length": str(content.size)}
        response = FileResponse(content, as_attachment=True, filename=f"{row.pk}.jsonl.gz", headers=headers)
        if request.method == "HEAD":
            response.streaming_content = ()
        return response
