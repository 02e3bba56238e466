"""The files of an import, laid out in a folder by the names that their owner calls them by."""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

from apps.imports.models import Import, Upload
from apps.imports.services.uploads import upload_file
from apps.imports.sources.opening import SourceError
from movieverse.exceptions import DomainError

_UNUSUAL = re.compile(r"[^\w .,()+&'-]")  # in a name of a file; the last is no path nor anything hidden
_PREFIX, _STALE = "movieverse-import-", timedelta(days=2)  # longer than any import takes
_LONGEST = 200  # bytes; file systems take 255


class FileGone(DomainError):
    code = "file-gone"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the time of the block, which no SourceError of it tells of. Those that killed processes left go."""
    _remove_stale()
    with TemporaryDirectory(prefix=_PREFIX) as folder:
        try:
            yield Path(folder)
        except SourceError as error:
            raise SourceError(str(error).replace(f"{folder}/", "")) from None


def _remove_stale() -> None:
    long_ago = time.time() - _STALE.total_seconds()
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # somebody else's, or removed by another at this moment
            if folder.stat().st_mtime < long_ago:
                rmtree(folder)


@contextmanager
def laid_out(files: Iterable[tuple[str, Path]]) -> Iterator[list[Path]]:
    """Links to the files, named as they are called."""
    with scratch() as folder:
        links: list[Path] = []
        for name, path in files:
            links.append(folder / _distinct(_harmless(name), {link.name for link in links}))
            links[-1].symlink_to(path.resolve())
        yield links


def files_of(row: Import) -> list[tuple[str, Path]]:
    """Raises FileGone where one is not there any more."""
    return [(file["name"], _path_of(file)) for file in row.files]


def _path_of(file: dict[str, str]) -> Path:
    if "path" in file:
        path = Path(file["path"])
    else:
        upload = Upload.objects.filter(pk=file["upload"]).first()
        path = upload_file(upload) if upload else Path()
    if not path.is_file():
        raise FileGone(f"The file {file['name']} is not there any more: upload it again.")
    return path


def _harmless(name: str) -> str:
    """Without what could be a path, or would not be seen in a message; its end, where it is long."""
    end = _UNUSUAL.sub("_", name).encode()[-_LONGEST:].decode(errors="ignore")
    return end.lstrip(". ") or "file"


def _distinct(name: str, others: Iterable[str]) -> str:
    stem, dot, suffix = name.partition(".")
    number = 1
    while name in others:
        number += 1
        name = f"{stem} ({number}){dot}{suffix}"
    return name


def bytes_of(paths: Sequence[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
