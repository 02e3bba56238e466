"""Where the index lies: each one made anew in a folder of its own, and a file that names the one in use."""

import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from apps.catalog.search.schema import VERSION

_CURRENT, _POSITION = "current", "position"


def home() -> Path:
    return settings.VAR_DIR / "search"


def pointer() -> Path:
    return home() / _CURRENT


def current() -> Path | None:
    """The folder of the index in use; None where there is none of this VERSION yet."""
    try:
        name = pointer().read_text()
    except FileNotFoundError:
        return None
    folder = home() / name
    return folder if name.startswith(f"v{VERSION}-") and folder.is_dir() else None


def new_folder() -> Path:
    folder = home() / f"v{VERSION}-{uuid.uuid4().hex[:12]}"
    folder.mkdir(parents=True)
    return folder


def use(folder: Path) -> None:
    """From now on this one: whoever has another one open finds out by the pointer."""
    _replace(pointer(), folder.name)


def drop_all_but(kept: Path | None) -> None:
    """For who makes one anew, as one process at a time does: what others have left half made is of no use."""
    for folder in home().glob("v*-*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def position(folder: Path) -> int:
    """Up to which position of the change log the index has followed."""
    return int((folder / _POSITION).read_text())


def note_position(folder: Path, value: int) -> None:
    """After the commit: who dies between the two does the same changes again, to the same effect."""
    _replace(folder / _POSITION, str(value))


def size(folder: Path) -> int:
    """Bytes on disk."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.exists())


def committed_at(folder: Path) -> datetime:
    """The last time."""
    return datetime.fromtimestamp((folder / "meta.json").stat().st_mtime, UTC)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    temporary.write_text(text)
    temporary.replace(path)
