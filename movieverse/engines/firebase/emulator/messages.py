"""HTTP/1.1: requests read from a connection, and responses as bytes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BufferedIOBase
from typing import Any
from urllib.parse import parse_qsl

from .errors import Refused

LONGEST_HEAD = 64 << 10
LONGEST_BODY = 256 << 20  # what Google takes in one write by REST
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
    b"Cache-Control: no-cache\r\nConnection: close\r\n\r\n"
)
BODILESS = (204, 304)
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass
class Request:
    method: str
    path: str  # as it came, percent-encoded
    parameters: dict[str, str]
    headers: dict[str, str]  # names in lower case
    closes: bool  # the client takes no other response from this connection
    body: bytes = b""


@dataclass
class Response:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self, *, closes: bool) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {REASONS[self.status]}", "Cache-Control: no-cache"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status not in BODILESS:
            lines += ["Content-Type: application/json; charset=utf-8", f"Content-Length: {len(self.body)}"]
        if closes:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def dump(value: Any, *, pretty: bool = False) -> bytes:
    if pretty:
        return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def error_response(refusal: Refused) -> Response:
    return Response(refusal.status, dump({"error": str(refusal)}))


def read_request(reader: BufferedIOBase, writer: BufferedIOBase) -> Request | None:
    """None at the end of the connection. After a Refused nothing more can be read from it."""
    if not (head := _read_head(reader)):
        return None
    request = _parse_head(head)
    if "transfer-encoding" not in request.headers and request.headers.get("content-length", "0") == "0":
        return request
    length = _length(request.headers)
    if request.headers.get("expect", "").lower() == "100-continue":
        writer.write(CONTINUE)
    request.body = b"".join(_chunks(reader)) if length is None else _exactly(reader, length)
    return request


def _read_head(reader: BufferedIOBase) -> list[bytes]:
    lines: list[bytes] = []
    room = LONGEST_HEAD
    while line := reader.readline(room + 1):
        room -= len(line)
        if room < 0:
            raise Refused("The request's head is too large", 431)
        if line in (b"\r\n", b"\n"):
            if lines:
                return lines
        else:
            lines.append(line)
    return []


def _parse_head(head: list[bytes]) -> Request:
    first, *others = [line.decode("latin-1").rstrip("\r\n") for line in head]
    method, target, version = [*first.split(" "), "", ""][:3]
    if first.count(" ") != 2 or not version.startswith("HTTP/1.") or not target.startswith("/"):
        raise Refused("Malformed request line")
    headers: dict[str, str] = {}
    for line in others:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise Refused("Malformed header line")
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path, _, query = target.partition("?")
    closes = version == "HTTP/1.0" or "close" in headers.get("connection", "").lower()
    return Request(method, path, _parameters(query), headers, closes)


def _parameters(query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=100)) if query else {}
    except ValueError:
        raise Refused("Too many query parameters") from None


def _length(headers: dict[str, str]) -> int | None:
    """None for a body in chunks."""
    length = headers.get("content-length")
    if "transfer-encoding" in headers:
        if length is not None or headers["transfer-encoding"].lower() != "chunked":
            raise Refused("Transfer-Encoding must be chunked, without a Content-Length")
        return None
    return _number(length or "", 10)


def _number(digits: str, base: int) -> int:
    allowed = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
    if not digits or digits.strip(allowed):
        raise Refused("Malformed length of the request's body")
    if len(digits) > 15 or int(digits, base) > LONGEST_BODY:
        raise _too_large()
    return int(digits, base)


def _chunks(reader: BufferedIOBase) -> Iterator[bytes]:
    room = LONGEST_BODY
    while size := _number(reader.readline(LONGEST_HEAD).decode("latin-1").partition(";")[0].strip(), 16):
        room -= size
        if room < 0:
            raise _too_large()
        yield _exactly(reader, size)
        if reader.readline(3) not in (b"\r\n", b"\n"):
            raise Refused("Malformed chunk in the request's body")
    while reader.readline(LONGEST_HEAD) not in (b"\r\n", b"\n", b""):
        pass  # trailers say nothing here


def _exactly(reader: BufferedIOBase, length: int) -> bytes:
    if len(body := reader.read(length)) < length:
        raise ConnectionError("The client hung up within its request.")
    return body


def _too_large() -> Refused:
    return Refused(f"Invalid data; a write may have {LONGEST_BODY >> 20} MB.")
