"""What the headers of the tus protocol say, and how it is said by them. What cannot be used is told by its name."""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.http import http_date
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.reverse import reverse

from apps.imports.models import Upload
from apps.imports.services.uploads_bodies import Body, Checksum
from apps.imports.services.uploads_refusals import TooBusy
from movieverse.sockets import notice_vanished_peers

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination,concatenation"
DIGEST_SIZES = {"sha1": 20, "sha256": 32, "md5": 16}
CONTENT_TYPE = "application/offset+octet-stream"
LONGEST_METADATA = 4096
LONGEST_NAME = 255

Headers = Mapping[str, str]

_reading = BoundedSemaphore(settings.UPLOADS_AT_ONCE)

_NUMBER = re.compile(r"[0-9]{1,40}")
_KEY = re.compile(r"[!-+\--~]+")  # visible ASCII without the comma


class UnsupportedVersion(APIException):
    status_code = 412
    default_code = "unsupported-tus-version"
    default_detail = f"Tus-Resumable has to be {VERSION}."


class Creation(NamedTuple):
    """What a POST asks for: an upload of so many bytes, or one put together of `part_ids`."""

    length: int
    partial: bool
    part_ids: list[UUID]
    name: str
    metadata: str


def require_version(headers: Headers, *, needed: bool) -> None:
    given = headers.get("Tus-Resumable")
    if given != VERSION and (needed or given is not None):
        raise UnsupportedVersion


def number(headers: Headers, name: str) -> int:
    given = headers.get(name)
    if given is None:
        raise ParseError(f"{name} is missing: it is a number of bytes.")
    if not _NUMBER.fullmatch(given):
        raise ParseError(f"{name}: {given[:50]!r} is not a number of bytes, such as 0 or 1048576.")
    return int(given)


def creation(headers: Headers) -> Creation:
    if "Upload-Defer-Length" in headers:
        raise ParseError("Upload-Defer-Length cannot be used here: say by Upload-Length how long the upload will be.")
    concat, metadata = headers.get("Upload-Concat"), headers.get("Upload-Metadata", "")
    kind, _, parts = (concat or "").partition(";")
    if kind == "final" and "Upload-Length" in headers:
        raise ParseError("Upload-Length is not said of a final upload: it is that of its parts.")
    if concat not in (None, "partial") and kind != "final":
        raise ParseError("Upload-Concat is partial, or final; and the addresses of the parts with spaces between them.")
    part_ids = _part_ids(parts) if kind == "final" else []
    length = 0 if part_ids else number(headers, "Upload-Length")
    return Creation(length, concat == "partial", part_ids, _name(_metadata(metadata)), metadata)


def _part_ids(addresses: str) -> list[UUID]:
    if not addresses.split():
        raise ParseError("Upload-Concat names no parts: after final; there are their addresses.")
    return [_upload_id(address) for address in addresses.split()]


def _upload_id(address: str) -> UUID:
    """Of an address as `Location` had it, with or without the host."""
    try:
        match = resolve(urlsplit(address).path)
    except (Resolver404, ValueError):
        match = None
    if match is None or match.view_name != "v1:upload":
        raise ParseError(f"Upload-Concat: {address[:200]!r} is not the address of an upload.")
    upload_id: UUID = match.kwargs["upload_id"]
    return upload_id


def _metadata(text: str) -> dict[str, bytes]:
    if len(text) > LONGEST_METADATA:
        raise ParseError(f"Upload-Metadata has {len(text)} characters; at most {LONGEST_METADATA} are kept.")
    found: dict[str, bytes] = {}
    for pair in text.split(",") if text.strip() else []:
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise ParseError(f"Upload-Metadata: {key[:50]!r} is empty, not ASCII, or given twice; keys are neither.")
        found[key] = _decoded(value.strip(), f"Upload-Metadata: the value of {key[:50]!r}")
    return found


def _decoded(value: str, what: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except ValueError:
        raise ParseError(f"{what} is not Base64.") from None


def _name(metadata: Mapping[str, bytes]) -> str:
    """A label: without folders, and without what would hide or reorder what it shows."""
    given = metadata.get("filename", metadata.get("name", b"")).decode(errors="replace")
    last = re.split(r"[/\\]", given)[-1]
    return "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()[:LONGEST_NAME]


def body(request: Request) -> Body:
    """What is to be added. It is not read yet."""
    if request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise UnsupportedMediaType("", f"Bytes of an upload are sent as {CONTENT_TYPE}.")
    notice_vanished_peers(request.META["SERVER_PORT"])
    return Body(request._request.read, content_length(request), _checksum(request.headers.get("Upload-Checksum")))


@contextmanager
def room_to_read() -> Iterator[None]:
    """Whoever sends slowly holds a thread: some are left for everybody else. Raises TooBusy."""
    if not _reading.acquire(blocking=False):
        raise TooBusy
    try:
        yield
    finally:
        _reading.release()


def content_length(request: Request) -> int:
    given = request.META.get("CONTENT_LENGTH", "")
    return int(given) if _NUMBER.fullmatch(given) else 0


def _checksum(given: str | None) -> Checksum | None:
    if given is None:
        return None
    algorithm, _, encoded = given.partition(" ")
    if algorithm not in DIGEST_SIZES:
        raise ParseError(f"Upload-Checksum: {algorithm[:50]!r} is none of {', '.join(DIGEST_SIZES)}.")
    digest = _decoded(encoded, "Upload-Checksum: the digest")
    if len(digest) != DIGEST_SIZES[algorithm]:
        raise ParseError(f"Upload-Checksum: a digest of {algorithm} has {DIGEST_SIZES[algorithm]} bytes.")
    return Checksum(algorithm, digest)


def state(upload: Upload) -> dict[str, str]:
    """How far it is. A final one that is not put together yet has no offset that anybody could go on from."""
    told = {"Upload-Expires": http_date(upload.expires_at.timestamp())}
    if upload.kind != Upload.Kind.FINAL or upload.is_whole:
        told["Upload-Offset"] = str(upload.offset)
    return told


def description(upload: Upload) -> dict[str, str]:
    """All that tus says of one."""
    told = state(upload) | {"Upload-Length": str(upload.length)}
    if upload.metadata:
        told["Upload-Metadata"] = upload.metadata
    if upload.kind == Upload.Kind.PARTIAL:
        told["Upload-Concat"] = "partial"
    if upload.kind == Upload.Kind.FINAL:
        told["Upload-Concat"] = "final;" + " ".join(reverse("v1:upload", args=[part]) for part in upload.parts)
    return told


def capabilities() -> dict[str, str]:
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
        "Tus-Checksum-Algorithm": ",".join(DIGEST_SIZES),
    }
