"""Errors as `application/problem+json` (RFC 9457), one shape for every endpoint."""

import logging
import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import set_rollback

from movieverse.context import current_request_id
from movieverse.exceptions import DomainError, StoreUnavailable

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds
TITLES = {460: "Checksum Mismatch"}  # of statuses that are not HTTP's own


class ContentTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "content-too-large"

    def __init__(self) -> None:
        super().__init__(f"A body has at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")


class ParameterError(exceptions.APIException):
    """A query parameter that cannot be used: 400 for one that should not be there, 422 for its value."""

    def __init__(
        self, parameter: str, detail: str, status: int = 422, code: str = "invalid-parameter", **extra: Any
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.members = {"errors": [{"parameter": parameter, "detail": detail}], **extra}


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None, **extra: Any
) -> dict[str, Any]:
    body = {
        "type": f"/api/problems/{code}/",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": current_request_id.get(),
    }
    return body | ({"errors": errors} if errors else {}) | extra


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | Response | None:
    """DRF's hook. What it does not know is a defect, and answered as 500 by `movieverse.errors`."""
    body, headers = _described(error)
    if body is None:
        return None
    set_rollback()
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _described(error: Exception) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """The problem's body, None for an error that is nobody's to handle, and headers that go with it."""
    if isinstance(error, StoreUnavailable):
        return _unavailable(error), {"Retry-After": str(RETRY_AFTER)}
    if isinstance(error, DomainError):
        return problem(error.status, error.code, str(error), **error.members), _headers(error)
    error = _as_api_exception(error)
    if isinstance(error, exceptions.APIException):
        return _body(error), _headers(error)
    return None, {}


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(*error.args)
    if isinstance(error, RequestDataTooBig):
        return ContentTooLarge()
    if isinstance(error, DjangoValidationError):
        return exceptions.ValidationError(get_error_detail(error))
    return error


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", "Some values are not acceptable.", list(_pointed(error.detail)))
    code = getattr(error.detail, "code", error.default_code)
    members = getattr(error, "members", {})
    return problem(error.status_code, code.replace("_", "-"), str(error.detail), **members)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return headers


def _pointed(detail: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Each message with the JSON pointer of the value it is about."""
    if isinstance(detail, dict):
        for name, value in detail.items():
            own = pointer if name in ("non_field_errors", NON_FIELD_ERRORS) else f"{pointer}/{_escaped(name)}"
            yield from _pointed(value, own)
    elif isinstance(detail, list):
        nested = any(isinstance(item, dict | list) for item in detail)
        for index, item in enumerate(detail):
            yield from _pointed(item, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": _encodable(pointer), "code": detail.code, "detail": _encodable(str(detail))}


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _encodable(text: str) -> str:
    """Half a surrogate pair, which a body may have and no answer can, is written as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def problem_response(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)


def unavailable_response(error: StoreUnavailable) -> HttpResponse:
    response = JsonResponse(_unavailable(error), status=503, content_type=CONTENT_TYPE)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def _unavailable(error: StoreUnavailable) -> dict[str, Any]:
    """The reason is for the log alone: it may name hosts."""
    logger.warning("%s", error)
    detail = f"The {error.alias} store does not answer at the moment. Try again in {RETRY_AFTER} seconds."
    return problem(503, "store-unavailable", detail, store=error.alias)
