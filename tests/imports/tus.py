"""A client of the tus protocol, header by header."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.imports.models import Upload
from apps.imports.services import uploads_files as files

UPLOADS = "/api/v1/uploads/"
BYTES = "application/offset+octet-stream"
DATA = bytes(range(256)) * 40


def desk_of(user: User) -> APIClient:
    client = APIClient(headers={"Tus-Resumable": "1.0.0"})
    client.force_login(user)
    return client


def post(client: APIClient, data: bytes = b"", **headers: str) -> Any:
    return send(client.post, UPLOADS, data, **headers)


def send(call: Callable[..., Any], url: str, data: bytes = b"", kind: str = BYTES, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return call(url, data, content_type=kind, headers=named)


def begun(client: APIClient, length: int = len(DATA), **headers: str) -> str:
    made = post(client, Upload_Length=str(length), **headers)
    assert made.status_code == 201, made.content
    return made["Location"]


def patch(client: APIClient, url: str, offset: int, data: bytes, **headers: str) -> Any:
    return send(client.patch, url, data, **{"Upload_Offset": str(offset), **headers})


def upload_at(url: str) -> Upload:
    return Upload.objects.get(pk=url.rstrip("/").rpartition("/")[2])


def content(url: str) -> bytes:
    return files.path_of(upload_at(url)).read_bytes()


def checksum(data: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {b64encode(hashlib.new(algorithm, data).digest()).decode()}"
