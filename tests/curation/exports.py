"""Exports as tests read them, and the client of `docs/exports.md` with a test client for its network."""

import gzip
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from apps.curation.exporting.rows import KINDS
from apps.curation.exporting.writing import write_export
from apps.insights.batches import Reader


def keep_exports_in(settings: Any, folder: Path) -> None:
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": files}


def lines(folder: Path, kind: str) -> list[bytes]:
    """The rows of a file, without its head."""
    return gzip.decompress((folder / f"{kind}.ndjson.gz").read_bytes()).splitlines(keepends=True)[1:]


def head(folder: Path, kind: str) -> dict[str, Any]:
    with gzip.open(folder / f"{kind}.ndjson.gz") as file:
        return json.loads(next(file))


def exported(folder: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of an export that is made now, by kind."""
    write_export(folder, Reader(), **options)
    return {kind: [json.loads(line) for line in lines(folder, kind)] for kind in KINDS}


class _Answer:
    def __init__(self, response: Any) -> None:
        self.status_code, self.headers = response.status_code, response.headers
        self.content = response.getvalue()

    def json(self) -> Any:
        return json.loads(self.content)

    def iter_content(self, size: int) -> list[bytes]:
        return [self.content[start : start + size] for start in range(0, len(self.content), size)]

    def raise_for_status(self) -> None:
        assert self.status_code < 400, self.content


def copying_client(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The `Copy` of the docs, empty."""
    client = APIClient()

    def get(url: str, params: dict[str, Any], **options: Any) -> _Answer:
        return _Answer(client.get(url, params))

    monkeypatch.setitem(sys.modules, "requests", SimpleNamespace(get=get))
    (code,) = re.findall(r"```python\n(.*?)```", (settings.BASE_DIR / "docs" / "exports.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "follow"}
    exec(code, names)  # noqa: S102  our own file
    return names["Copy"]("http://testserver", ":memory:")


def copied(copy: Any, kind: str) -> list[bytes]:
    return [line for (line,) in copy.db.execute("SELECT line FROM rows WHERE kind = ? ORDER BY id", [kind])]
