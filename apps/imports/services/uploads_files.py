"""Uploads on disk: a file each, in a folder of its member's.

What counts is what the file has. Bytes that are yet to be held against a checksum do not: as long as there are any,
another file beside it, `….unchecked`, says how many there were before.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.imports.models import Upload
from apps.imports.services.uploads_bodies import Checksum
from apps.imports.services.uploads_refusals import ChecksumMismatch, DiskFull, UploadGone, UploadLocked
from movieverse.exceptions import StoreUnavailable

_FULL = (errno.ENOSPC, errno.EDQUOT)
_BLOCK = 1024 * 1024


def path_of(upload: Upload) -> Path:
    return folder_of(upload.user_id) / str(upload.pk)


def folder_of(user_id: int) -> Path:
    return Path(settings.UPLOADS_DIR) / str(user_id)


def size_of(upload: Upload) -> int:
    """How many bytes of it are here."""
    with _usable(), suppress(FileNotFoundError):
        checked = _checked(upload)
        return path_of(upload).stat().st_size if checked is None else checked
    return 0


def _unchecked(upload: Upload) -> Path:
    return path_of(upload).with_suffix(".unchecked")


def _checked(upload: Upload) -> int | None:
    """How many bytes there were before those that are being checked."""
    try:
        said = _unchecked(upload).read_text()
    except FileNotFoundError:
        return None
    return int(said) if said else None


@contextmanager
def opened(upload: Upload) -> Iterator["Appending"]:
    """Its file, which until the end of the block nobody else adds to, in this or another process.

    Raises UploadLocked where somebody does. What the block could not write is DiskFull, or the folder's fault.
    """
    with _usable():
        path_of(upload).parent.mkdir(0o700, exist_ok=True)
        descriptor = os.open(path_of(upload), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadLocked from None
            yield Appending(upload, file)


class Appending:
    """A file that is locked. What a killed process left unchecked in it goes first."""

    def __init__(self, upload: Upload, file: Any) -> None:
        self.upload, self.file = upload, file
        if (checked := _checked(upload)) is not None:
            self._cut_back_to(checked)
        self.file.seek(0, os.SEEK_END)

    @property
    def size(self) -> int:
        return os.fstat(self.file.fileno()).st_size

    def add(self, pieces: Iterable[bytes]) -> None:
        """Written as they come, so that of a body that is cut all is kept that had arrived."""
        try:
            for piece in pieces:
                self._write(piece)
        finally:
            os.fsync(self.file.fileno())

    def add_checked(self, pieces: Iterable[bytes], checksum: Checksum) -> None:
        """All or nothing. A body that was cut is not what its checksum says, either."""
        before, digest = self.size, hashlib.new(checksum.algorithm, usedforsecurity=False)
        _unchecked(self.upload).write_text(str(before))
        try:
            for piece in pieces:
                self._write(piece)
                digest.update(piece)
            if digest.digest() != checksum.digest:
                raise ChecksumMismatch
            os.fsync(self.file.fileno())
        except BaseException:
            self._cut_back_to(before)
            raise
        _unchecked(self.upload).unlink()

    def move_in(self, part: Upload, end: int) -> None:
        """Have the file end there, with what a part has. Whoever was interrupted at it goes on where they were."""
        if self.size < end:
            try:
                source = path_of(part).open("rb")
            except FileNotFoundError:
                raise UploadGone from None
            with source:
                source.seek(part.length - (end - self.size))
                self.add(iter(lambda: source.read(_BLOCK), b""))
        remove(part)

    def _write(self, piece: bytes) -> None:
        left = memoryview(piece)
        while left:
            left = left[self.file.write(left) :]

    def _cut_back_to(self, size: int) -> None:
        self.file.truncate(size)
        os.fsync(self.file.fileno())
        _unchecked(self.upload).unlink(missing_ok=True)


@contextmanager
def _usable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        raise StoreUnavailable("uploads", "UPLOADS_DIR", error) from error


def become(final: Upload, part: Upload) -> None:
    """What is put together begins as the first of its parts, unless it has begun: its bytes need not be copied."""
    if not path_of(final).exists():
        with _usable(), suppress(FileNotFoundError):
            path_of(part).rename(path_of(final))


def remove(upload: Upload) -> None:
    """Whoever is writing to it writes to what is no file any more."""
    with _usable():
        path_of(upload).unlink(missing_ok=True)
        _unchecked(upload).unlink(missing_ok=True)


def remove_folder(user_id: int) -> None:
    with _usable(), suppress(FileNotFoundError):
        shutil.rmtree(folder_of(user_id))


def kept(user_id: int) -> list[Path]:
    """A member's files."""
    with _usable(), suppress(FileNotFoundError):
        return sorted(folder_of(user_id).iterdir())
    return []


def all_kept() -> Iterator[tuple[UUID, Path]]:
    """Every file of an upload, of whatever member. What else lies there is left alone."""
    for path in Path(settings.UPLOADS_DIR).glob("*/*"):
        with suppress(ValueError):
            yield UUID(path.stem), path
