"""An answer that was finished once, and is given to each request in the form that it asks for."""

import gzip
import json
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from movieverse.api import delivery, etags
from movieverse.cache.declaring import Cached, Shown
from movieverse.cache.tags import decisive

Headers = dict[str, tuple[str, str]]  # by name in lower case: the name and the value

# What an answer says of its own request.
OF_A_REQUEST = frozenset(
    ("x-request-id", "x-cache", "server-timing", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
)
FORMAT = 1  # of what `dumped` makes
_OVERHEAD, _OF_A_TAG = 4_096, 400  # bytes in memory, besides the bodies


class Key(NamedTuple):
    scheme: str
    host: str
    path: str
    query: str  # its parameters in their own order


class Ready(HttpResponse):
    """Made of headers that have been looked at when they were kept: Django would look at each of them again."""

    was_at_hand = False

    def __init__(self, content: bytes, status: int, headers: Headers) -> None:
        super().__init__(content, status=status)
        self.headers._store = headers.copy()

    def say(self, headers: dict[str, str]) -> None:
        """What nobody but us has written."""
        self.headers._store.update((name.lower(), (name, value)) for name, value in headers.items())

    def items(self) -> Any:
        return self.headers._store.values()

    def close(self) -> None:
        """No connection has been used for what was at hand: there is none to look after."""
        if self.was_at_hand:
            self.closed = True
        else:
            super().close()


@dataclass(frozen=True)
class Entry:
    """An answer. Its `mark` says as of when its rows are, in terms of the level that keeps it."""

    name: str
    status: int
    headers: Headers
    body: bytes
    packed: bytes  # the same compressed; empty where that is not worth it
    build_seconds: float
    fresh: float
    kept: int
    public: bool
    made_at: float = field(default_factory=time.time)
    tags: frozenset[str] = frozenset()
    seen: tuple[str, int] | None = None
    mark: Any = None

    @classmethod
    def of(cls, response: HttpResponse, cached: Cached, build_seconds: float) -> "Entry":
        """Of the answer to a plain GET, which asked for no encoding."""
        return cls(
            name=cached.name,
            status=response.status_code,
            headers={
                name.lower(): (name, value) for name, value in response.items() if name.lower() not in OF_A_REQUEST
            },
            body=response.content,
            packed=delivery.packed(response.content) if delivery.is_worth_compressing(response) else b"",
            build_seconds=build_seconds,
            fresh=cached.fresh,
            kept=cached.kept,
            public=cached.public,
        )

    def showing(self, shown: Shown, mark: Any) -> "Entry":
        return replace(self, tags=decisive(shown.tags), seen=shown.seen, mark=mark)

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + _OVERHEAD + _OF_A_TAG * len(self.tags)

    def age(self) -> float:
        return time.time() - self.made_at

    @cached_property
    def _plain_headers(self) -> Headers:
        return {**self.headers, "content-length": ("Content-Length", str(len(self.body)))}

    @cached_property
    def _packed_headers(self) -> Headers:
        headers = {**self.headers, "content-encoding": ("Content-Encoding", "gzip")}
        headers["content-length"] = ("Content-Length", str(len(self.packed)))
        if "etag" in headers:
            headers["etag"] = ("ETag", etags.of_encoding(headers["etag"][1], "gzip"))
        return headers

    def answer(self, request: HttpRequest) -> Ready:
        """As `movieverse.api.delivery` would deliver it."""
        packed = self.packed and delivery.prefers_gzip(request.META.get("HTTP_ACCEPT_ENCODING"))
        if packed:
            response = Ready(self.packed, self.status, self._packed_headers)
        else:
            response = Ready(self.body, self.status, self._plain_headers)
        if self.status == 200 and delivery.is_known(request, response):
            delivery.not_modified(response)
        if request.method == "HEAD":
            delivery.behead(response)
        return response

    def dumped(self) -> bytes:
        facts = {
            "format": FORMAT,
            "name": self.name,
            "status": self.status,
            "headers": self.headers,
            "is_packed": bool(self.packed),
            "build_seconds": self.build_seconds,
            "fresh": self.fresh,
            "kept": self.kept,
            "public": self.public,
            "made_at": self.made_at,
            "tags": sorted(self.tags),
            "seen": self.seen,
            "mark": self.mark,
        }
        return json.dumps(facts).encode() + b"\n" + (self.packed or self.body)

    @staticmethod
    def tags_of(dumped: bytes) -> list[str]:
        return json.loads(dumped.partition(b"\n")[0])["tags"]  # type: ignore[no-any-return]

    @classmethod
    def loaded(cls, dumped: bytes) -> "Entry | None":
        """None if another version of this program has dumped it otherwise."""
        head, _, content = dumped.partition(b"\n")
        facts = json.loads(head)
        if facts.pop("format") != FORMAT:
            return None
        is_packed = facts.pop("is_packed")
        facts["headers"] = {name: tuple(pair) for name, pair in facts["headers"].items()}
        facts["tags"] = frozenset(facts["tags"])
        facts["seen"] = facts["seen"] and tuple(facts["seen"])
        body, packed = (gzip.decompress(content), content) if is_packed else (content, b"")
        return cls(**facts, body=body, packed=packed)
