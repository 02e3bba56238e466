"""Event streams, which must not hold a thread each."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

THREADS = 8


class StreamsRequest(ASGIRequest):
    def _get_scheme(self) -> str:
        """Where a trusted proxy's word about it is kept, whatever the interface."""
        return self.META.get("wsgi.url_scheme") or super()._get_scheme()  # type: ignore[misc]


class StreamsHandler(ASGIHandler):
    """Django's keeps a thread, and its database connections, for each request until its last byte is sent.

    Here a few threads make the responses, as under WSGI; what a response then streams is for the event loop alone.
    """

    request_class = StreamsRequest

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, "requests")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.handle(scope, receive, send)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        respond = sync_to_async(self._respond, thread_sensitive=False, executor=self._threads)
        return await respond(request)

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        close_old_connections()  # Django does so in its own threads only
        return self.get_response(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
django.setup(set_prefix=False)
application = StreamsHandler()
