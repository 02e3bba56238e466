"""The Realtime Database by way of `firebase_admin.db`, with our own deadlines, retries and connections.

Left to itself that waits for 120 seconds, retries four times, shares one connection among all threads, and puts values
into addresses as they are, so that `&` ends one. Hence a Tree has an app of its own, and asks its app's client.
"""

import io
import json
import random
import time
import uuid
import weakref
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import quote

import firebase_admin
from firebase_admin import credentials, db
from firebase_admin.exceptions import FailedPreconditionError
from google.auth.transport.requests import Request
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as ConnectionLost
from requests.exceptions import ReadTimeout, Timeout
from urllib3.exceptions import HTTPError

NOTHING = "null_etag"  # the ETag of what is not there

_NOT_DONE = {429, 503}  # the server says so
_PERHAPS_DONE = {500, 502, 504}
_FIRST_WAIT = 0.05  # seconds
_PIECE = 65_536  # bytes

Children = dict[str, Any]


class RetryingAdapter(HTTPAdapter):
    """Keeps one connection open, and tries again within a request's time what may succeed the next time."""

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self.may_repeat = True  # doing it twice is as good as once

    def send(self, request: PreparedRequest, *args: Any, timeout: Any = None, **kwargs: Any) -> Response:  # type: ignore[override]
        deadline = time.monotonic() + timeout
        for attempt in count():
            left = max(0.001, deadline - time.monotonic())
            wait = _FIRST_WAIT * 2**attempt * random.uniform(0.5, 1)  # noqa: S311
            try:
                response = self._answer(request, deadline, left, *args, **kwargs)
            except ConnectionLost as error:
                # Most likely one that the server had closed while it was idle.
                if attempt or isinstance(error, Timeout) or not self.may_repeat:
                    raise
                continue
            again = response.status_code in _NOT_DONE or (self.may_repeat and response.status_code in _PERHAPS_DONE)
            if not again or time.monotonic() + wait > deadline:
                return response
            response.close()
            time.sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _answer(self, request: PreparedRequest, deadline: float, left: float, *args: Any, **kwargs: Any) -> Response:
        """Read to its end: else the time would count for each piece of it."""
        response = super().send(request, *args, timeout=left, **kwargs)  # type: ignore[misc]
        body = io.BytesIO()
        try:
            while piece := response.raw.read1(_PIECE, decode_content=True):
                body.write(piece)
                if time.monotonic() > deadline:
                    response.close()
                    raise ReadTimeout(f"Only a part of the answer came in time: {body.tell():,} bytes.")
        except HTTPError as error:
            raise ConnectionLost(error) from error
        body.seek(0)
        response.raw = body
        return response


class Tree:
    """A path of the database and what is below it. For one thread."""

    def __init__(
        self,
        url: str,
        path: str,
        credential: credentials.Base | None,
        timeout: float,
        answered: Callable[..., None],
    ) -> None:
        options = {"databaseURL": url, "httpTimeout": timeout}
        app = firebase_admin.initialize_app(credential, options, name=f"movieverse-{uuid.uuid4().hex}")
        self.close = weakref.finalize(self, firebase_admin.delete_app, app)  # at the latest when its thread has ended
        self.root = db.reference(path, app=app)
        self._client = self.root._client
        self._adapter = RetryingAdapter()
        _mount(self._client.session, self._adapter)
        self._client.session.hooks["response"].append(_weakly(answered))

    def get(self, *keys: str) -> tuple[Any, str]:
        """What is there, and its ETag."""
        response = self._repeatedly("get", keys, headers={"X-Firebase-ETag": "true"})
        return response.json(), response.headers.get("ETag", "")

    def keys(self, *keys: str) -> set[str]:
        return set(children(self._repeatedly("get", keys, params="shallow=true").json()))

    def query(self, *keys: str, **parameters: Any) -> Children:
        """The children that match, in no order. Parameters are those of the REST interface."""
        texts = {name: json.dumps(value) for name, value in parameters.items()}
        query = "&".join(f"{name}={quote(text, safe='')}" for name, text in texts.items())
        return children(self._repeatedly("get", keys, params=query).json())

    def put_if(self, etag: str, value: Any, *keys: str) -> tuple[bool, Any, str]:
        """Write if what is there still has this ETag. Returns whether it had, and what is there now with its ETag."""
        try:
            response = self._once("put", keys, json=value, headers={"if-match": etag})
        except FailedPreconditionError as error:
            response = error.http_response
            return False, response.json(), response.headers["ETag"]
        return True, value, response.headers.get("ETag", "")

    def delete_if(self, etag: str, *keys: str) -> bool:
        """Delete if what is there still has this ETag."""
        try:
            self._once("delete", keys, headers={"if-match": etag})
        except FailedPreconditionError:
            return False
        return True

    def update(self, values: dict[str, Any], *, counts: bool = False) -> None:
        """Write to several paths, all or nothing. With `counts` it is not the same to do it twice."""
        send = self._once if counts else self._repeatedly
        send("patch", (), json=values, params="print=silent")

    def _repeatedly(self, method: str, keys: tuple[str, ...], **content: Any) -> Response:
        return self._client.request(method, self._url(keys), **content)

    def _once(self, method: str, keys: tuple[str, ...], **content: Any) -> Response:
        """A request that must not be done twice: who repeats a condition does not know who has broken it."""
        self._adapter.may_repeat = False
        try:
            return self._repeatedly(method, keys, **content)
        finally:
            self._adapter.may_repeat = True

    def delete(self) -> None:
        self._repeatedly("delete", ())

    def _url(self, keys: tuple[str, ...]) -> str:
        return "/".join([self.root.path, *(quote(key, safe="") for key in keys)]) + ".json"


def _mount(session: Any, adapter: RetryingAdapter) -> None:
    """Also for the tokens that Google's sessions ask for."""
    tokens = Session()
    session._auth_request = Request(tokens)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
        tokens.mount(scheme, RetryingAdapter())


def _weakly(method: Callable[..., None]) -> Callable[..., None]:
    """The client outlives what it belongs to, unless it knows nothing of that."""
    known = weakref.WeakMethod(method)

    def call(*args: Any, **kwargs: Any) -> None:
        if called := known():
            called(*args, **kwargs)

    return call


def children(value: Any) -> Children:
    """The store gives an object with the keys 0, 1, 2 as a list."""
    if isinstance(value, list):
        return {str(key): item for key, item in enumerate(value) if item is not None}
    return value if isinstance(value, dict) else {}
