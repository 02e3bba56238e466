"""What every request passes: its id, its true address, and a clear answer when a store is away."""

import logging
import random
import re
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware

from movieverse.context import current_request_id
from movieverse.errors import bad_request, length_required, store_unavailable
from movieverse.exceptions import StoreUnavailable
from movieverse.health import livez, readyz
from movieverse.metrics import metrics

logger = logging.getLogger("movieverse.requests")

Handler = Callable[[HttpRequest], HttpResponse]

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(get_response: Handler) -> Handler:
    """Take the caller's X-Request-ID if it is harmless, else make one; it is in every log line and error.

    Each request is a line of its own in the log, without what may be nobody's business: its query, and the
    one-time keys in the links of mails.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        current_request_id.set(given if _WELL_FORMED.fullmatch(given) else _made_up())
        start = time.monotonic()
        response = get_response(request)
        response["X-Request-ID"] = current_request_id.get()
        seconds = time.monotonic() - start
        logger.info(
            "%s %s %d", request.method, _loggable(request), response.status_code, extra={"seconds": round(seconds, 4)}
        )
        return response

    return middleware


def _made_up() -> str:
    """No secret, so the system need not be asked for it: that takes as long as a tenth of a ready-made answer."""
    return f"{random.getrandbits(128):032x}"


def _loggable(request: HttpRequest) -> str:
    if not request.path.startswith("/accounts/"):
        return request.path
    return f"/{request.resolver_match.route}" if request.resolver_match else "/accounts/…"


PROBES = {"/livez": livez, "/readyz": readyz}


def probes(get_response: Handler) -> Handler:
    """Answer them before anything else asks for a host name or HTTPS: whoever probes knows neither."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        return probe(request) if probe else get_response(request)

    return middleware


def _is_trusted(address: str) -> bool:
    return _is_in(address, settings.TRUSTED_PROXIES)


def _is_in(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(10_000)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed  # as a socket for both kinds shows it


def trusted_proxy(get_response: Handler) -> Handler:
    """Believe X-Forwarded-For and -Proto from trusted proxies only, the nearest untrusted address being the client."""

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded_for = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        protocol = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        if _is_trusted(request.META.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
            request.META["REMOTE_ADDR"] = next(
                (hop for hop in reversed(hops) if not _is_trusted(hop)), request.META["REMOTE_ADDR"]
            )
            if protocol in ("http", "https"):
                request.META["wsgi.url_scheme"] = protocol
        return get_response(request)

    return middleware


def scraped(get_response: Handler) -> Handler:
    """Answer /metrics for METRICS_FROM: who scrapes knows no host name either. For others there is no such thing."""

    def middleware(request: HttpRequest) -> HttpResponse:
        reads = request.path == "/metrics" and request.method in ("GET", "HEAD")
        if reads and _is_in(request.META.get("REMOTE_ADDR", ""), settings.METRICS_FROM):
            return metrics(request)
        return get_response(request)

    return middleware


def measured(get_response: Handler) -> Handler:
    """Refuse a body that comes in chunks, of which nobody says how many: views would take it for an empty one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length") and not reads:
            return length_required(request)
        return get_response(request)

    return middleware


class SlashMiddleware(CommonMiddleware):
    """A read of an address without its slash at the end is sent on; a write would lose its body, so it is 404."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in ("GET", "HEAD") and super().should_redirect_with_slash(request)


# What sign-in's forms let through: a body nested too deep, text that is no text (half a surrogate pair).
UNREADABLE = (RecursionError, UnicodeEncodeError)


class ErrorsMiddleware:
    """For views outside the API's own error handling: sign-in, the admin, pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StoreUnavailable):
            return store_unavailable(request, exception)
        if isinstance(exception, UNREADABLE) and request.path.startswith("/_allauth/"):
            return bad_request(request, exception)
        return None
