"""What a member's token may be used for. A session may be used for everything that its member may do."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

SCOPES = {
    "read": "See what only the member sees: profile, ratings, watchlist, diary.",
    "write": "Speak for the member: reviews, ratings, tags, watchlist, diary, profile.",
    "curate": "Change the catalogue, as far as the member may.",
    "moderate": "Moderate members and what they say, as far as the member may.",
}


class Scopes(NamedTuple):
    """What a view needs of a token; None: it takes none, only sessions."""

    reading: str | None = "read"
    writing: str | None = "write"

    def needed(self, method: str | None) -> str | None:
        return self.reading if method in SAFE_METHODS else self.writing


SESSIONS_ONLY = Scopes(None, None)


class InsufficientScope(PermissionDenied):
    default_code = "insufficient-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This takes a token with the scope {scope!r}.")
        self.members: Mapping[str, Any] = {"scope": scope}


class SessionRequired(PermissionDenied):
    default_code = "session-required"
    default_detail = "No token is good for this: sign in."


def check_scope(request: Request, scopes: Scopes) -> None:
    needed = scopes.needed(request.method)
    if is_good_for(request, needed):
        return
    raise InsufficientScope(needed) if needed else SessionRequired


def is_good_for(request: Request, scope: str | None) -> bool:
    """Whatever a request was let in by that is no session says by its `scopes` what it is good for."""
    credential: Any = request.auth
    return credential is None or isinstance(credential, SessionBase) or scope in credential.scopes
