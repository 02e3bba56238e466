"""What a request asks for, and who asks, as far as that matters for ready-made answers."""

from functools import lru_cache
from typing import Any

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.http import HttpRequest

from movieverse.cache.entries import Key

PREFIX = "/api/v1/"
LONGEST_KEY = 1_000  # characters

_ANY_JSON = frozenset(("*/*", "application/*", "application/json"))
_CREDENTIALS = ("HTTP_AUTHORIZATION", "HTTP_X_SESSION_TOKEN")
# What no answer for everybody may depend on, and what a kept one is yet to be fitted to.
_LEFT_OUT = frozenset(
    (
        *_CREDENTIALS, "HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING", "HTTP_CACHE_CONTROL",
        "CONTENT_LENGTH", "CONTENT_TYPE",
    )
)  # fmt: skip


def key_of(request: HttpRequest) -> Key | None:
    """Under which its answer is kept; None for a request whose answer never is."""
    meta, path, query = request.META, request.path, request.META.get("QUERY_STRING", "")
    if request.method not in ("GET", "HEAD") or not path.startswith(PREFIX) or not isinstance(request, WSGIRequest):
        return None
    host = meta.get("HTTP_HOST", "")
    if not host or not _takes_json(meta.get("HTTP_ACCEPT", "*/*")) or len(host) + len(path) + len(query) > LONGEST_KEY:
        return None
    if "&" in query:
        query = "&".join(sorted(query.split("&")))
    return Key(meta["wsgi.url_scheme"], host, path, query)


@lru_cache
def _takes_json(accept: str) -> bool:
    """And says so plainly: parameters may ask for JSON that is written otherwise."""
    ranges = [part.strip().partition(";") for part in accept.split(",")]
    plain = all(not parameters or parameters.strip().startswith("q=") for _, _, parameters in ranges)
    return plain and any(name in _ANY_JSON for name, _, _ in ranges)


def plain(request: Any, key: Key) -> WSGIRequest:
    """A GET of the same by nobody in particular: whoever asks, the answer is the same to the last byte."""
    environ = {name: value for name, value in request.environ.items() if name not in _LEFT_OUT}
    own = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT": "application/json", "QUERY_STRING": key.query}
    copy: Any = WSGIRequest(environ | own)
    copy.budget = request.budget
    return copy


def says_who(request: HttpRequest) -> bool:
    meta = request.META
    return any(name in meta for name in _CREDENTIALS) or settings.SESSION_COOKIE_NAME in meta.get("HTTP_COOKIE", "")


def wants_anew(request: HttpRequest) -> bool:
    """What only staff may: anybody's browser says so, too."""
    return "no-cache" in request.META.get("HTTP_CACHE_CONTROL", "").lower() and says_who(request)


def is_staff(request: HttpRequest) -> bool:
    try:
        user = _user(request)
    except DatabaseError:
        return False
    return user is not None and user.is_active and user.is_staff


def _user(request: HttpRequest) -> Any:
    if token := request.META.get("HTTP_X_SESSION_TOKEN"):
        found = authenticate_by_x_session_token(token)
        return found and found[0]
    asking: Any = HttpRequest()
    asking.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return get_user(asking)
