"""Asking for imports, and for what is to become of them.

To cancel is a POST, as to retry and to undo are: a DELETE would say that the import is not there any more, but what
became of its rows stays to be read.
"""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.imports import live
from apps.imports.api.base import ImportsView
from apps.imports.api.serializers import ImportInputSerializer, ImportSerializer
from apps.imports.selectors import imports_of
from apps.imports.services.imports import import_cancel, import_create, import_retry, import_undo
from movieverse import streams
from movieverse.api.views import ListView


class ImportList(ImportsView, ListView):
    """One's own imports, an administrator's everybody's, the latest first."""

    serializer_class = ImportSerializer
    orderings = {"created_at": "pk"}
    default_ordering = "-created_at"

    def get_queryset(self) -> Any:
        return imports_of(self.member)

    @extend_schema(request=ImportInputSerializer, responses={202: ImportSerializer})
    def post(self, request: Request) -> Response:
        """Import uploaded files, together as one data set: told by `dataset`, else by their headers.

        422 says which columns were seen, and which data set is nearest, or what is wrong with a file.
        """
        given = ImportInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        options = dict(given.validated_data)
        uploads = self.own_uploads(options.pop("upload_ids"), "uploads")
        return self.accepted(import_create(uploads=uploads, by=self.member.pk, **options))


class ImportDetail(ImportsView):
    """An import: how far it is, and what has become of its rows."""

    serializer_class = ImportSerializer

    def get(self, request: Request, import_id: int) -> Response:
        return self.answer(self.found(import_id))


class ImportCancel(ImportsView):
    serializer_class = ImportSerializer

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """End an import. It is cancelled at once; `is_clean` says when what it wrote is gone again."""
        return self.accepted(import_cancel(row=self.found(import_id)))


class ImportRetry(ImportsView):
    serializer_class = ImportSerializer

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Import the files of one that failed or was cancelled again; of one that completed, the rows it rejected.

        The answer is another import, whose `retry_of` is this one.
        """
        return self.accepted(import_retry(row=self.found(import_id), by=self.member.pk))


class ImportUndo(ImportsView):
    serializer_class = ImportSerializer
    needs = {"POST": "undo_import"}

    @extend_schema(request=None, responses={202: ImportSerializer})
    def post(self, request: Request, import_id: int) -> Response:
        """Take back what an import wrote. What has been changed since stays, and is listed in `kept`."""
        return self.accepted(import_undo(row=self.found(import_id), by=self.member.pk))


class ImportEvents(ImportsView):
    """How far an import is: an event at once, and one whenever that has changed, until its end."""

    http_method_names = ["get", "options"]  # a HEAD would be a stream of nothing
    renderer_classes = (streams.EventStreamRenderer, JSONRenderer)

    @extend_schema(exclude=True)  # OpenAPI has no words for a stream
    def get(self, request: Request, import_id: int) -> HttpResponseBase:
        row = self.found(import_id)
        live.hub.require_room(self.member.pk)
        listener = live.Listener(row.pk, self.member.pk, request.headers.get("Last-Event-ID", ""))
        return streams.answer(request._request, lambda: live.hub.stream(listener), lambda: listener.news(row))
