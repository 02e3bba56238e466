"""Where tables lie that were made into JSON lines: in the media storage, a folder a member."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.imports.models import Import
from movieverse.exceptions import StoreUnavailable

KEPT = timedelta(days=7)

Result = TypeVar("Result")


def store(row: Import, content: Any) -> None:
    """Instead of what an interrupted run has stored. Of a member who was erased meanwhile nothing is kept."""
    _asked(lambda: default_storage.delete(_path(row)))
    _asked(lambda: default_storage.save(_path(row), File(content)))
    if not Import.objects.filter(pk=row.pk, by=row.by_id).exists():
        _asked(lambda: default_storage.delete(_path(row)))


def opened(row: Import) -> File | None:
    """None where there is nothing yet, or no more."""
    return _asked(lambda: default_storage.open(_path(row)))


def delete(import_id: int) -> None:
    row = Import.objects.get(pk=import_id)
    _asked(lambda: default_storage.delete(_path(row)))


def prune() -> None:
    """Those that are too old. The file goes first: without the row nobody would know it."""
    for row in Import.objects.filter(dataset="convert", ended_at__lt=timezone.now() - KEPT):
        delete(row.pk)
        row.delete()


def names(user_id: int) -> list[str]:
    """The files of a member, be there an account or none any more."""
    listed = _asked(lambda: default_storage.listdir(_folder(user_id)))
    return listed[1] if listed else []


def forget(user_id: int) -> None:
    """The folder, too, where the storage has folders."""
    for name in (*names(user_id), ""):
        _asked(partial(default_storage.delete, f"{_folder(user_id)}/{name}".rstrip("/")))


def _folder(user_id: int | None) -> str:
    return f"converted/{user_id or 0}"


def _path(row: Import) -> str:
    return f"{_folder(row.by_id)}/{row.pk}.jsonl.gz"


def _asked(call: Callable[[], Result]) -> Result | None:
    """None for what is not there."""
    try:
        return call()
    except FileNotFoundError:
        return None
    except Exception as error:
        raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error
