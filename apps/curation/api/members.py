"""Leaving, and taking one's data along."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.http import FileResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounts.api import views as accounts
from apps.curation.api.serializers import (
    ErasureKeySerializer,
    ErasureSerializer,
    LeavingSerializer,
    PersonalExportSerializer,
)
from apps.curation.erasing.receipts import ALGORITHM, public_key
from apps.curation.erasing.requests import NoErasure, confirm, erasure_request, erasure_withdraw, waiting_erasure
from apps.curation.models import Erasure, PersonalExport
from apps.curation.portability import files
from apps.curation.portability.services import export_request
from movieverse.api.delivery import PRIVATE
from movieverse.api.limits import MINUTE, RateLimited
from movieverse.api.scopes import SESSIONS_ONLY
from movieverse.api.views import ApiView, PublicMixin

ZIP = "application/zip"


class Me(accounts.Me):
    __doc__ = accounts.Me.__doc__
    problems = {**accounts.Me.problems, "DELETE": (413, 415, 422)}

    @extend_schema(responses={202: ErasureSerializer})
    def delete(self, request: Request) -> Response:
        """Have the account erased, with everything that belongs to it, when the time to think again is over.

        The body is `{"handle", "password"}`, the password of an account that has one. Who asks again is told of the
        first time. `me/erasure/` says when it is due, and takes it back.
        """
        if not ratelimit.consume(request._request, action="reauthenticate", user=self.member):
            raise RateLimited(MINUTE)
        given = LeavingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        confirm(user=self.member, **given.validated_data)
        erasure = erasure_request(user=self.member)
        shown = ErasureSerializer(erasure, context=self.get_serializer_context()).data
        return Response(shown, status=202, headers={"Location": reverse("v1:my-erasure", request=request)})


class MyErasure(ApiView):
    """When the account of the member who asks is going to be erased."""

    serializer_class = ErasureSerializer
    scopes = SESSIONS_ONLY
    problems = {"GET": (404,), "DELETE": (404,)}

    def get(self, request: Request) -> Response:
        erasure = waiting_erasure(self.member.pk)
        if erasure is None:
            raise NoErasure
        return self.answer(erasure)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Stay."""
        erasure_withdraw(user=self.member)
        return Response(status=204)


class ErasureState(PublicMixin, ApiView):
    """How far an erasure has come, and its receipt at the end, for whoever knows its id. It names nobody."""

    serializer_class = ErasureSerializer

    def get(self, request: Request, erasure_id: UUID) -> Response:
        erasure = Erasure.objects.filter(pk=erasure_id).exclude(state=Erasure.State.WITHDRAWN).first()
        if erasure is None:
            raise NotFound(f"There is no erasure {erasure_id}.")
        return self.answer(erasure)


class ErasureKey(PublicMixin, ApiView):
    """The key by which receipts are checked."""

    serializer_class = ErasureKeySerializer

    def get(self, request: Request) -> Response:
        return self.answer({"algorithm": ALGORITHM, "public_key": public_key()})


class MyExport(ApiView):
    serializer_class = PersonalExportSerializer
    scopes = SESSIONS_ONLY

    @extend_schema(request=None, responses={202: PersonalExportSerializer})
    def post(self, request: Request) -> Response:
        """Have everything made into a file that there is of the member who asks.

        Who has asked within the hour is told of that one.
        """
        export = export_request(user=self.member)
        state = reverse("v1:my-export-state", args=[export.pk], request=request)
        return self.answer(export, status=202, headers={"Location": state})


class OfMyExport(ApiView):
    scopes = SESSIONS_ONLY

    def found(self, export_id: UUID) -> PersonalExport:
        """Others' are as if they were not there."""
        export = PersonalExport.objects.filter(pk=export_id, user=self.member).first()
        if export is None:
            raise NotFound(f"You have no export {export_id}.")
        return export


class MyExportState(OfMyExport):
    """Whether a member's export is ready, and where it is then."""

    serializer_class = PersonalExportSerializer

    def get(self, request: Request, personal_export_id: UUID) -> Response:
        return self.answer(self.found(personal_export_id))


class ZipRenderer(JSONRenderer):
    """Lets the file be asked for as what it is; what goes wrong is JSON, as everywhere."""

    media_type = ZIP
    format = "zip"


class MyExportFile(OfMyExport):
    """The file of a member's export. Nobody else gets it."""

    serializer_class: Any = None
    renderer_classes = (JSONRenderer, ZipRenderer)

    @extend_schema(responses={(200, ZIP): OpenApiTypes.BINARY})
    def get(self, request: Request, personal_export_id: UUID) -> HttpResponseBase:
        export = self.found(personal_export_id)
        content = files.opened(export) if export.state == "ready" else None
        if content is None:
            raise NotFound(f"The export {export.pk} has no file: it is {export.state}.")
        headers = {"Content-Length": str(export.bytes), "Content-Type": ZIP, "Cache-Control": PRIVATE}
        response = FileResponse(content, as_attachment=True, filename=f"{self.member.handle}.zip", headers=headers)
        if request.method == "HEAD":
            response.streaming_content = ()
        return response
