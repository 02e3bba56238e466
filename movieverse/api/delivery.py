"""How an answer of the API leaves: with its ETag or as 304, compressed, for HEAD without its body, timed.

This is a middleware, for only here is the body finished, whoever made it. Pages are not compressed: where a secret
(a CSRF token) stands beside what a stranger may choose, the length of the compressed page would give it away.
"""

import gzip
import re
import time
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from movieverse.api import etags
from movieverse.api.limits import budget_of
from movieverse.middleware import Handler

PATHS = ("/api/v1/", "/api/schema/")
PUBLIC = "public, max-age=0, must-revalidate"  # kept by anybody, and asked about each time: an ETag's 304 is cheap
PRIVATE = "private, no-store"
SMALLEST_COMPRESSED = 500  # bytes; less fits into one packet anyway

_TEXT = re.compile(r"text/|application/([\w.+-]+\+)?(json|openapi)|application/vnd\.oai\.openapi")


def deliver(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = get_response(request)
        if request.path.startswith(PATHS):
            response.headers.setdefault("Cache-Control", PRIVATE)
            _finish(request, response)
            for name, value in said_of(request, start).items():
                response[name] = value
        return response

    return middleware


def said_of(request: HttpRequest, start: float) -> dict[str, str]:
    """What is left of its budget, and how long it took, since `start`."""
    timing = f"total;dur={(time.perf_counter() - start) * 1000:.1f}"
    return budget_of(request).as_headers() | {"Server-Timing": timing}


def _finish(request: HttpRequest, response: HttpResponseBase) -> None:
    if not isinstance(response, HttpResponse):
        return  # a stream has no body yet
    reading = request.method in ("GET", "HEAD")
    compressed = reading and is_worth_compressing(response) and prefers_gzip(request.META.get("HTTP_ACCEPT_ENCODING"))
    if reading:
        patch_vary_headers(response, ["Accept-Encoding"])
    if _shows_a_resource(request, response):
        response["ETag"] = etags.completed(response.get("ETag", ""), response.content, "gzip" if compressed else "")
    if reading and response.status_code == 200 and is_known(request, response):
        not_modified(response)
    elif compressed:
        _compress(response)
    if request.method == "HEAD":
        behead(response)


def _shows_a_resource(request: HttpRequest, response: HttpResponse) -> bool:
    """What a POST answers is a resource only where it has made one."""
    return response.status_code == 201 or (response.status_code == 200 and request.method not in ("POST", "OPTIONS"))


def is_known(request: HttpRequest, response: HttpResponse) -> bool:
    known = request.META.get("HTTP_IF_NONE_MATCH")
    return known is not None and etags.matches(known, response["ETag"])


def not_modified(response: HttpResponse) -> None:
    response.status_code, response.content = 304, b""
    for header in ("Content-Type", "Content-Length", "Content-Encoding"):
        response.headers.pop(header, None)


def is_worth_compressing(response: HttpResponse) -> bool:
    return (
        len(response.content) >= SMALLEST_COMPRESSED
        and "Content-Encoding" not in response
        and _TEXT.match(response.get("Content-Type", "")) is not None
    )


@lru_cache
def prefers_gzip(accept_encoding: str | None) -> bool:
    """Whether gzip is accepted, and no less gladly than no encoding at all."""
    weights = dict(map(_weighed, (accept_encoding or "").lower().split(",")))
    gzip_weight = weights.get("gzip", weights.get("*", 0.0))
    return gzip_weight > 0 and gzip_weight >= weights.get("identity", 0.0)


def _weighed(item: str) -> tuple[str, float]:
    coding, _, weight = item.replace(" ", "").partition(";q=")
    try:
        return coding, float(weight or 1)
    except ValueError:
        return coding, 0.0


def packed(content: bytes) -> bytes:
    """Without a time of its own: a strong ETag means the same bytes each time."""
    return gzip.compress(content, 6, mtime=0)


def _compress(response: HttpResponse) -> None:
    response.content = packed(response.content)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))


def behead(response: HttpResponse) -> None:
    if response.status_code != 304:
        response["Content-Length"] = str(len(response.content))
    response.content = b""
