from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from apps.profiles.live import UNAVAILABLE, Listener, hub, profiles_shown
from movieverse import streams
from movieverse.api.scopes import SESSIONS_ONLY
from movieverse.api.views import ApiView
from movieverse.exceptions import StoreUnavailable


class MyProfileEvents(ApiView):
    """One's own profile, and what becomes of it: an event at once, and one for each change."""

    http_method_names = ["get", "options"]  # a HEAD would be a stream of nothing
    scopes = SESSIONS_ONLY  # a stream ends with the session
    renderer_classes = (streams.EventStreamRenderer, JSONRenderer)

    @extend_schema(exclude=True)  # OpenAPI has no words for a stream
    def get(self, request: Request) -> HttpResponseBase:
        member_id, known = self.member.pk, request.headers.get("Last-Event-ID", "")
        hub.require_room(member_id)
        session: Any = request.auth or request.session
        listener = Listener(member_id, session.session_key, known)
        return streams.answer(request._request, lambda: hub.stream(listener), lambda: self._now(known))

    def _now(self, known: str) -> bytes:
        try:
            shown = profiles_shown([self.member.pk])[self.member.pk]
        except (StoreUnavailable, KeyError):  # KeyError: what is stored cannot be shown
            return UNAVAILABLE
        return shown.event if shown.etag != known else b""
