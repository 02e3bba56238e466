"""A TMDB on this machine: it has the bodies that it is given, and answers badly where it is told to."""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

KEY, TOKEN = "k3y-that-nobody-may-see", "t0ken.that-nobody.may-see"
PAGE = 20
_SLOW = 3  # seconds, longer than tests let the client wait

Answer = tuple[int, dict[str, str], bytes]


class Asked(NamedTuple):
    path: str
    parameters: dict[str, str]
    token: str
    at: float


class Fault(NamedTuple):
    """Instead of an answer, or what becomes of it."""

    status: int = 200
    headers: dict[str, str] = {}
    body: bytes | None = None
    seconds: float = 0
    cut: bool = False
    hang_up: bool = False


HTML = Fault(body=b"<html><body>Please wait</body></html>", headers={"Content-Type": "text/html"})
SLOW = Fault(seconds=_SLOW)
CUT = Fault(cut=True)
HANG_UP = Fault(hang_up=True)


def error(status: int, **headers: str) -> Fault:
    body = json.dumps({"success": False, "status_code": 11, "status_message": "Internal error"}).encode()
    return Fault(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


class Tmdb:
    """`bodies`: by path. `lists`: ids in order, by path. `faults`: what comes first at a path, one after the other."""

    def __init__(self) -> None:
        self.bodies: dict[str, Any] = {}
        self.lists: dict[str, list[Any]] = {}
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.always: dict[str, Fault] = {}
        self.asked: list[Asked] = []
        self.before: Callable[[Asked], None] = lambda asked: None
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def has(self, kind: str, *bodies: dict[str, Any]) -> None:
        self.bodies |= {f"{kind}/{body['id']}": body for body in bodies}

    def times(self) -> Counter[str]:
        return Counter(one.path for one in self.asked)

    def paths(self) -> list[str]:
        """Without the one that every run begins with."""
        return [one.path for one in self.asked if one.path != "configuration"]

    def answer(self, asked: Asked) -> tuple[Answer, Fault]:
        with self._lock:
            self.asked.append(asked)
            waiting = self.faults[asked.path]
            fault = waiting.pop(0) if waiting else self.always.get(asked.path, Fault())
        if fault.status != 200 or fault.body is not None:
            return (fault.status, fault.headers, fault.body or b"{}"), fault
        if KEY not in asked.parameters.values() and asked.token != f"Bearer {TOKEN}":
            return _json(401, {"success": False, "status_code": 7, "status_message": "Invalid API key"}), fault
        return self._found(asked), fault

    def _found(self, asked: Asked) -> Answer:
        if asked.path in self.lists:
            return _json(200, self._page(asked))
        body = self.bodies.get(asked.path)
        if body is None:
            return _json(404, {"success": False, "status_code": 34, "status_message": "Not found"})
        return _json(200, self._with_parts(asked, body)) if isinstance(body, dict) else (200, {}, body)

    def _page(self, asked: Asked) -> dict[str, Any]:
        rows, page = self.lists[asked.path], int(asked.parameters.get("page", "1"))
        rows = [row if isinstance(row, dict) else {"id": row, "title": f"Film {row}"} for row in rows]
        found = {"page": page, "results": rows[(page - 1) * PAGE : page * PAGE]}
        return found | {"total_pages": -(-len(rows) // PAGE), "total_results": len(rows)}

    def _with_parts(self, asked: Asked, body: dict[str, Any]) -> dict[str, Any]:
        names = asked.parameters.get("append_to_response", "").split(",")
        assert len(names) <= 20
        parts = {name: self.bodies.get(f"{asked.path}/{name}") for name in names}
        return body | {name: part for name, part in parts.items() if part and name not in body}

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield
        finally:
            with self._lock:
                self.at_once -= 1


def _json(status: int, value: Any) -> Answer:
    return status, {"Content-Type": "application/json;charset=utf-8"}, json.dumps(value).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tmdb: Tmdb

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/3/")
        asked = Asked(path, dict(parse_qsl(parts.query)), self.headers.get("Authorization", ""), time.monotonic())
        with self.tmdb.counted():
            self.tmdb.before(asked)
            (status, headers, body), fault = self.tmdb.answer(asked)
            time.sleep(fault.seconds)
            if not fault.hang_up:
                self._send(status, headers, body, fault.cut)
        self.close_connection = self.close_connection or fault.hang_up or fault.cut

    def _send(self, status: int, headers: dict[str, str], body: bytes, cut: bool) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
        except ConnectionError:  # the client has given up
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[tuple[Tmdb, str]]:
    """A TMDB and its address."""
    tmdb = Tmdb()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"tmdb": tmdb}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield tmdb, f"http://127.0.0.1:{server.server_port}/3"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
