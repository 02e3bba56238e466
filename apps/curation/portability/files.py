"""Where personal exports lie: in the media storage, a folder a member."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files import File
from django.core.files.storage import default_storage

from apps.curation.models import PersonalExport
from movieverse.exceptions import StoreUnavailable

Result = TypeVar("Result")


def store(export: PersonalExport, content: Any) -> None:
    _asked(lambda: default_storage.save(_path(export.user_id, f"{export.pk}.zip"), File(content)))


def opened(export: PersonalExport) -> File | None:
    return _asked(lambda: default_storage.open(_path(export.user_id, f"{export.pk}.zip")))


def delete(user_id: int, name: str) -> None:
    _asked(lambda: default_storage.delete(_path(user_id, name)))


def names(user_id: int) -> list[str]:
    listed = _asked(lambda: default_storage.listdir(_path(user_id)))
    return listed[1] if listed else []


def forget(user_id: int) -> None:
    """The folder, too, where the storage has folders."""
    for name in (*names(user_id), ""):
        delete(user_id, name)


def _path(user_id: int, name: str = "") -> str:
    return f"personal/{user_id}/{name}".rstrip("/")


def _asked(call: Callable[[], Result]) -> Result | None:
    """None for what is not there."""
    try:
        return call()
    except FileNotFoundError:
        return None
    except Exception as error:
        raise StoreUnavailable("media", "MEDIA_STORAGE_URL", error) from error
