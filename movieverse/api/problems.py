"""Errors as `application/problem+json` (RFC 9457), one shape for every endpoint."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import set_rollback

from movieverse.context import current_request_id
from movieverse.exceptions import StoreUnavailable

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 2  # seconds


class Conflict(exceptions.APIException):
    status_code = HTTPStatus.CONFLICT
    default_code = "conflict"
    default_detail = "This conflicts with what is stored."


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None, **extra: Any
) -> dict[str, Any]:
    body = {
        "type": f"/api/problems/{code}/",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": current_request_id.get(),
    }
    return body | ({"errors": errors} if errors else {}) | extra


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | Response | None:
    """DRF's hook. What it does not know is a defect and answered as 500 by `server_error`."""
    if isinstance(error, StoreUnavailable):
        set_rollback()
        return unavailable_response(error)
    error = _as_api_exception(error)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return _answer(error)


def _as_api_exception(error: Exception) -> Exception:
    if isinstance(error, Http404):
        return exceptions.NotFound(*error.args)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(*error.args)
    if isinstance(error, DjangoValidationError):
        return exceptions.ValidationError(get_error_detail(error))
    return error


def _answer(error: exceptions.APIException) -> Response:
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.ValidationError):
        body = problem(422, "invalid", "Some values are not acceptable.", list(_pointed(error.detail)))
    else:
        code = error.detail.code if isinstance(error.detail, exceptions.ErrorDetail) else error.default_code
        body = problem(error.status_code, code.replace("_", "-"), str(error.detail))
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _pointed(detail: Any, pointer: str = "") -> Any:
    """Each message with the JSON pointer of the value it is about."""
    if isinstance(detail, dict):
        for name, value in detail.items():
            own = pointer if name == "non_field_errors" else f"{pointer}/{_escaped(name)}"
            yield from _pointed(value, own)
    elif isinstance(detail, list):
        nested = any(isinstance(item, dict | list) for item in detail)
        for index, item in enumerate(detail):
            yield from _pointed(item, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": detail.code, "detail": str(detail)}


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def problem_response(status: int, code: str, detail: str, **extra: Any) -> JsonResponse:
    return JsonResponse(problem(status, code, detail, **extra), status=status, content_type=CONTENT_TYPE)


def unavailable_response(error: StoreUnavailable) -> HttpResponse:
    """The reason stays in the log: it may name hosts."""
    detail = f"The {error.alias} store does not answer at the moment. Try again in {RETRY_AFTER} seconds."
    response = problem_response(503, "store-unavailable", detail, store=error.alias)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
