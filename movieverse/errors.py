"""Errors outside any view: JSON under the API's paths, a page elsewhere."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from csp.constants import NONCE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from movieverse.api.problems import RETRY_AFTER, problem_response, unavailable_response
from movieverse.context import current_request_id
from movieverse.exceptions import StoreUnavailable

logger = logging.getLogger(__name__)

_own_styles: Callable[[Any], Any] = csp_replace({"style-src": [NONCE]})


def _wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/_allauth/"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses before any view sees it: a foreign host, a thousand parameters."""
    if _wants_problem(request):
        return problem_response(400, "bad-request", "This request cannot be handled.")
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None, **kwargs: str) -> HttpResponse:
    if _wants_problem(request):
        hint = "" if request.path.endswith("/") else " Paths end with a slash."
        return problem_response(404, "not-found", f"There is nothing at {request.path}.{hint}")
    return defaults.page_not_found(request, exception or Exception())


def length_required(request: HttpRequest) -> HttpResponse:
    detail = "This body does not say how long it is: send Content-Length."
    if _wants_problem(request):
        return problem_response(411, "length-required", detail)
    return HttpResponse(detail, status=411, content_type="text/plain")


def server_error(request: HttpRequest) -> HttpResponse:
    """Also where middleware, such as that of sessions, met a store that is away."""
    error = sys.exc_info()[1]
    if isinstance(error, StoreUnavailable):
        return store_unavailable(request, error)
    if _wants_problem(request):
        return problem_response(500, "server-error", "Something went wrong on our side. It has been logged.")
    return defaults.server_error(request)


def store_unavailable(request: HttpRequest, error: StoreUnavailable) -> HttpResponse:
    return unavailable_response(error) if _wants_problem(request) else _unavailable_page(request, error)


@_own_styles
def _unavailable_page(request: HttpRequest, error: StoreUnavailable) -> HttpResponse:
    """Made of nothing but itself: no store, no static file, no context processor may fail it."""
    logger.warning("%s", error)
    context = {
        "store": error.alias,
        "again": request.get_full_path() if request.method in ("GET", "HEAD") else "",
        "nonce": str(getattr(request, "csp_nonce", "")),
        "request_id": current_request_id.get(),
    }
    page = HttpResponse(render_to_string("503.html", context), status=503)
    page["Retry-After"] = str(RETRY_AFTER)
    return page
