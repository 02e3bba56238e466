"""Files brought here in pieces, by the tus protocol 1.0: https://tus.io/protocols/resumable-upload"""

from contextlib import nullcontext
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.imports.api import uploads_headers as tus
from apps.imports.models import Upload
from apps.imports.services.uploads import (
    upload_append,
    upload_concatenate,
    upload_create,
    upload_delete,
    upload_seen,
    uploads_of,
)
from movieverse.api.scopes import Scopes
from movieverse.api.serializers import RowSerializer
from movieverse.api.views import ApiView, ListView


class MayUpload(BasePermission):
    message = "Only a curator with the permission to upload may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_staff and user.has_perm("imports.add_upload"))


class UploadSerializer(RowSerializer):
    is_whole = serializers.BooleanField(help_text="Whether all of its bytes are here.")
    parts = serializers.ListField(
        child=serializers.UUIDField(), help_text="Of a final one: what it was put together of, in order."
    )
    part_of = serializers.UUIDField(source="final_id", allow_null=True, help_text="Of a partial one: what has it.")

    class Meta:
        model = Upload
        fields = (
            "id", "kind", "name", "length", "offset", "is_whole", "parts", "part_of", "created_at", "expires_at",
        )  # fmt: skip


def _header(name: str, description: str, **details: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, **details)


_VERSION = _header("Tus-Resumable", "The version of the protocol.", required=True, enum=[tus.VERSION])
_CHECKSUM = _header("Upload-Checksum", f"Of this body: {', '.join(tus.DIGEST_SIZES)}, and the digest in Base64.")
_OF_CREATION = [
    _VERSION,
    _header("Upload-Length", "Bytes, when it is whole; all but a final one have it."),
    _header("Upload-Metadata", "Keys and values in Base64; `filename` is its name."),
    _header("Upload-Concat", "`partial`, or `final;` and the addresses of the parts with spaces between them."),
    _CHECKSUM,
]
_OF_PIECE = [_VERSION, _header("Upload-Offset", "Where it goes: how much is there.", required=True), _CHECKSUM]
_BYTES = {tus.CONTENT_TYPE: OpenApiTypes.BINARY}


class UploadsView(ApiView):
    """Of one's own uploads; others' are as if they were not there. Nothing in front of a body's end reads it whole."""

    serializer_class = UploadSerializer
    permission_classes: Any = (MayUpload,)
    parser_classes: Any = ()
    scopes = Scopes("curate", "curate")
    counted_as = {"PATCH": "pieces"}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """A POST may say that it is meant as another method, for clients that cannot send that."""
        if request.method == "POST" and (meant := request.headers.get("X-HTTP-Method-Override")):
            request.method = meant.upper()
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if hasattr(self, (request.method or "").lower()) and request.method != "OPTIONS":
            tus.require_version(request.headers, needed=request.method in ("POST", "PATCH"))

    def claim_key(self, request: Request) -> None:
        if request.method == "POST" and "Idempotency-Key" in request.headers and tus.content_length(request):
            raise ParseError("A file is not kept to be compared: an Idempotency-Key goes with a POST without a body.")
        super().claim_key(request)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What of the protocol there is here."""
        return Response(status=204, headers=tus.capabilities())

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = tus.VERSION
        if response.status_code in (412, 413):
            for name in ("Tus-Version", "Tus-Max-Size"):
                response[name] = tus.capabilities()[name]
        return response


class UploadList(UploadsView, ListView):
    """One's uploads that have not expired, the latest first."""

    orderings = {"created_at": "created_at"}
    default_ordering = "-created_at"
    problems: ClassVar[dict[str, tuple[int, ...]]] = {"GET": (403, 412), "POST": (410, 412, 423, 460, 507)}

    def get_queryset(self) -> QuerySet[Upload]:
        return uploads_of(self.member.pk)

    @extend_schema(parameters=_OF_CREATION, request=_BYTES, responses={201: UploadSerializer})
    def post(self, request: Request) -> Response:
        """Begin an upload, by the tus protocol.

        The answer's `Location` takes the bytes. A body has the first of them, or even all.
        """
        asked = tus.creation(request.headers)
        facts = {"user_id": self.member.pk, "name": asked.name, "metadata": asked.metadata}
        if asked.part_ids:
            return self._begun(upload_concatenate(part_ids=asked.part_ids, **facts))
        body = tus.body(request) if tus.content_length(request) else None
        with tus.room_to_read() if body else nullcontext():
            upload = upload_create(length=asked.length, partial=asked.partial, **facts)
            if body:
                self._fill(upload, body)
        return self._begun(upload)

    def _fill(self, upload: Upload, body: Any) -> None:
        """If that fails, it is gone, for nobody has been told of it."""
        try:
            upload_append(upload=upload, offset=0, body=body)
        except Exception:
            upload_delete(upload=upload)
            raise

    def _begun(self, upload: Upload) -> Response:
        location = reverse("v1:upload", args=[upload.pk], request=self.request)
        return self.answer(upload, status=201, headers={"Location": location} | tus.state(upload))


class UploadDetail(UploadsView):
    """An upload: how much of it is here, and until when it is kept."""

    problems = {
        "GET": (403, 410, 412),
        "PATCH": (409, 410, 412, 423, 460, 507),
        "DELETE": (412, 423),
    }

    def found(self, upload_id: UUID) -> Upload:
        upload = Upload.objects.select_related("final").filter(pk=upload_id, user=self.member).first()
        if upload is None:
            raise NotFound(f"You have no upload {upload_id}.")
        return upload

    def get(self, request: Request, upload_id: UUID) -> Response:
        upload = upload_seen(self.found(upload_id))
        return self.answer(upload, headers=tus.description(upload))

    @extend_schema(parameters=_OF_PIECE, request=_BYTES, responses={204: None})
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Add bytes at its end, by the tus protocol."""
        body, offset = tus.body(request), tus.number(request.headers, "Upload-Offset")
        with tus.room_to_read():
            upload = upload_append(upload=upload_seen(self.found(upload_id)), offset=offset, body=body)
        return Response(status=204, headers=tus.state(upload))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Throw it away, also one that is not whole."""
        upload_delete(upload=self.found(upload_id))
        return Response(status=204)
