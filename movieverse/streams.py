"""Live streams: server-sent events, from the process that may hold many open ones, and what others answer instead."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.renderers import JSONRenderer

KEEP_ALIVE = 15.0  # seconds; a proxy that hears nothing for a minute may hang up
RECONNECT, POLL = 2_000, 1_000  # milliseconds, after which a reader whose stream has ended asks again

CONTENT_TYPE = "text/event-stream; charset=utf-8"
STILL_THERE = b": still there\n\n"


class EventStreamRenderer(JSONRenderer):
    """Lets a view be asked for events; its errors are JSON, as everybody's."""

    media_type = "text/event-stream"
    format = "events"


def retry(milliseconds: int) -> bytes:
    return f"retry: {milliseconds}\n\n".encode()


def event(name: str, data: bytes, id_: str = "") -> bytes:
    """The data is JSON, and so without line ends."""
    head = f"event: {name}\n" + (f"id: {id_}\n" if id_ else "")
    return head.encode() + b"data: " + data + b"\n\n"


class Listener:
    """An open stream. It is told what is newest: what a slow reader has missed is no news any more."""

    def __init__(self) -> None:
        self._news = b""
        self._told = asyncio.Event()
        self._ended = False

    def tell(self, news: bytes) -> None:
        self._news = news
        self._told.set()

    def end(self) -> None:
        self._ended = True
        self._told.set()

    async def frames(self) -> AsyncIterator[bytes]:
        yield retry(RECONNECT)
        while True:
            frame = await self._next()
            if self._ended:  # whoever is signed out is told no more
                return
            yield frame

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(KEEP_ALIVE):
                await self._told.wait()
        except TimeoutError:
            return STILL_THERE
        self._told.clear()
        news, self._news = self._news, b""
        return news


def answer(
    request: HttpRequest, live: Callable[[], AsyncIterator[bytes]], now: Callable[[], bytes]
) -> HttpResponseBase:
    """The stream, from a process that holds no thread for it; others say where it is, or what there is to say now.

    Who gets the latter asks again after a second: an EventSource does so by itself.
    """
    if isinstance(request, ASGIRequest):
        return _readable_by_pages(request, StreamingHttpResponse(live(), content_type=CONTENT_TYPE))
    if settings.STREAMS_URL:
        return HttpResponseRedirect(settings.STREAMS_URL + request.get_full_path(), preserve_request=True)
    return _readable_by_pages(request, HttpResponse(retry(POLL) + now(), content_type=CONTENT_TYPE))


def _readable_by_pages(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Also by the site's own pages where the streams have a port of their own, which makes them another origin."""
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    if request.headers.get("Origin") == settings.PUBLIC_URL:
        response["Access-Control-Allow-Credentials"] = "true"
    return response


def signed_in(session_keys: Collection[str]) -> set[str]:
    """Those of the sessions by which somebody is signed in, as a request would find it, with two queries for all."""
    sessions = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    claims = {session.session_key: session.get_decoded() for session in sessions}
    ids = {claim[SESSION_KEY] for claim in claims.values() if SESSION_KEY in claim}
    users = {str(user.pk): user for user in get_user_model()._default_manager.filter(pk__in=ids, is_active=True)}
    return {key for key, claim in claims.items() if _holds(claim, users.get(claim.get(SESSION_KEY, "")))}


def _holds(claim: Mapping[str, Any], user: Any) -> bool:
    """A new password ends the sessions that were begun with the old one."""
    return user is not None and constant_time_compare(claim.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
