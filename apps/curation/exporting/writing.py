"""An export, written into a folder: a file a kind, and the manifest that says that they are whole."""

import gzip
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from shutil import rmtree
from typing import Any

from django.utils import timezone

from apps.curation.exporting.licences import licences
from apps.curation.exporting.rows import KINDS, lines_of
from apps.insights.batches import Reader
from movieverse.outbox.changes import change_log

MANIFEST = "manifest.json"
_BATCH = 200  # a film's credits have some ten thousand bytes
_UNFINISHED = ".unfinished"


def file_name(kind: str) -> str:
    return f"{kind}.ndjson.gz"


def write_export(
    folder: Path, read: Reader, *, kinds: Collection[str] = tuple(KINDS), restricted: bool = False
) -> dict[str, Any]:
    """Returns what the manifest says. An export that the folder has stays what it is until the new one is whole."""
    about = {
        "format": "movieverse-export",
        "version": 1,
        "position": change_log().position,  # before any row: what changes from now on comes after it
        "made_at": _written(timezone.now()),
        "restricted": restricted,
        "licences": licences(restricted=restricted),
    }
    with _unfinished(folder) as unfinished:
        files = [_write_file(unfinished, kind, about, read) for kind in KINDS if kind in kinds]
        manifest = {**about, "files": files}
        (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
        _replace(folder, unfinished, [file_name(kind) for kind in KINDS if kind in kinds])
    return manifest


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """What a run that was killed has left in it, the next one writes over."""
    unfinished = folder / _UNFINISHED
    unfinished.mkdir(parents=True, exist_ok=True)
    try:
        yield unfinished
    finally:
        rmtree(unfinished, ignore_errors=True)


def _write_file(folder: Path, kind: str, about: dict[str, Any], read: Reader) -> dict[str, Any]:
    head = {"format": about["format"], "version": about["version"], "kind": kind, **about}
    head["changes"] = KINDS[kind].changes
    path, number = folder / file_name(kind), 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:  # no name, no time: only the data
        file.write(json.dumps(head, separators=(",", ":")).encode() + b"\n")
        for lines in _batches(kind, read, restricted=about["restricted"]):
            file.write(b"".join(lines))
            number += len(lines)
    with path.open("rb") as whole:
        sha256 = file_digest(whole, "sha256").hexdigest()
    return {"kind": kind, "file": path.name, "rows": number, "bytes": path.stat().st_size, "sha256": sha256}


def _batches(kind: str, read: Reader, *, restricted: bool) -> Iterator[list[bytes]]:
    for rows in read.rows(KINDS[kind].rows, _BATCH):
        yield list(lines_of(kind, rows, restricted=restricted))


def _replace(folder: Path, unfinished: Path, names: Collection[str]) -> None:
    """The manifest goes first and comes last: while files are exchanged the folder has none.

    Files of an earlier export that this one has none of go, too: they may hold what may not be passed on.
    """
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in {file_name(kind) for kind in KINDS} - {*names}:
        (folder / name).unlink(missing_ok=True)
    for name in (*names, MANIFEST):
        (unfinished / name).replace(folder / name)
