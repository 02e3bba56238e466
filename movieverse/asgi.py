"""Event streams, which must not hold a thread each."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

THREADS = 8
MOST_BYTES = 64 * 1024  # of a body: who listens to a stream sends none


class StreamsRequest(ASGIRequest):
    def __init__(self, scope: Any, body_file: Any) -> None:
        if body_file.seek(0, os.SEEK_END) > MOST_BYTES:
            raise RequestDataTooBig  # which the handler answers with 413
        body_file.seek(0)
        super().__init__(scope, body_file)

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

    async def read_body(self, receive: Any) -> Any:
        """No further than to see that it is too long."""
        read = 0

        async def receive_some() -> Any:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            return message if read <= MOST_BYTES else message | {"more_body": False}

        return await super().read_body(receive_some)  # type: ignore[misc]

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        respond = sync_to_async(self._respond, thread_sensitive=False, executor=self._threads)
        return await respond(request)

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        close_old_connections()  # Django does so in its own threads only
        return self.get_response(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "movieverse.settings")
django.setup(set_prefix=False)
application = StreamsHandler()
