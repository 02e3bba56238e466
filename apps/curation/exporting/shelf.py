"""The last exports, kept in the media storage for everybody: a folder a day, named by it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.curation.exporting.writing import MANIFEST, file_name, write_export
from apps.insights.batches import Reader
from movieverse.exceptions import StoreUnavailable

KEPT = 3
_FOLDER = "exports"

Result = TypeVar("Result")


def is_due() -> bool:
    return _today() not in _whole()


def make(read: Reader) -> None:
    """Today's: made on this machine, then stored, the manifest last. Of the others the latest ones are kept."""
    export_id = _today()
    with TemporaryDirectory() as folder:
        manifest = write_export(Path(folder), read)
        _forget(export_id)
        for name in (*(file["file"] for file in manifest["files"]), MANIFEST):
            with (Path(folder) / name).open("rb") as file:
                default_storage.save(_path(export_id, name), File(file))
    for old in set(_listed(_FOLDER)[0]).difference(_whole()[:KEPT]):
        _forget(old)


def drop_made_before(moment: datetime) -> bool:
    """Delete those that were begun before. True if there were any."""
    old = [export["id"] for export in kept() if datetime.fromisoformat(export["made_at"]) <= moment]
    for export_id in old:
        _forget(export_id)
    return bool(old)


def kept() -> list[dict[str, Any]]:
    """What their manifests say, the newest first, each with its `id`."""
    return [{"id": export_id, **manifest} for export_id in _whole() if (manifest := _manifest(export_id))]


def kept_export(export_id: str) -> dict[str, Any] | None:
    return next((export for export in kept() if export["id"] == export_id), None)


def open_file(export_id: str, kind: str) -> File | None:
    """None where it has just been deleted."""
    return _opened(_path(export_id, file_name(kind)))


def _today() -> str:
    return timezone.now().date().isoformat()


def _path(*names: str) -> str:
    return "/".join((_FOLDER, *names))


def _whole() -> list[str]:
    """The ids of those that have a manifest, the newest first."""
    whole = (one for one in _listed(_FOLDER)[0] if MANIFEST in _listed(_path(one))[1])
    return sorted(whole, reverse=True)


def _manifest(export_id: str) -> dict[str, Any] | None:
    file = _opened(_path(export_id, MANIFEST))
    if file is None:
        return None
    with file:
        return json.load(file)  # type: ignore[no-any-return]


def _forget(export_id: str) -> None:
    """The manifest first, so that what is left is no export any more."""
    names = _listed(_path(export_id))[1]
    for name in sorted(names, key=lambda name: name != MANIFEST):
        default_storage.delete(_path(export_id, name))
    if names:
        default_storage.delete(_path(export_id))  # the empty folder, where the storage has folders


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and the files in it, none if there is no such folder."""
    return _within_reach(lambda: default_storage.listdir(folder)) or ([], [])


def _opened(path: str) -> File | None:
    return _within_reach(lambda: default_storage.open(path))


def _within_reach(call: Callable[[], Result]) -> Result | None:
    """None for what is not there."""
    try:
        return call()
    except FileNotFoundError:
        return None
    except Exception as error:
        raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error
