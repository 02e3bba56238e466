"""Writes kept on disk: one line of JSON each, what it put at which paths.

A line is handed to the system before its write is acknowledged, so that it outlives the process however that ends.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from . import tree
from .errors import CannotStart, Refused


class Journal:
    def __init__(self, file: Path, *, fsync: bool = False) -> None:
        self.file, self.fsync = file, fsync
        self.descriptor = -1  # opened by the first write: reading a namespace leaves no file

    def append(self, changes: dict[tree.Path, tree.Node]) -> None:
        line = line_of(changes)
        try:
            self._write(line)
        except OSError as error:
            raise Refused(f"The write could not be kept: {error.strerror}", 500) from error

    def _write(self, line: bytes) -> None:
        if self.descriptor < 0:
            self.descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._sync_folder()
        size = os.fstat(self.descriptor).st_size
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
            if self.fsync:
                os.fsync(self.descriptor)
        except OSError:
            os.ftruncate(self.descriptor, size)  # the next line must not follow half a line
            raise

    def restored(self) -> tree.Node:
        """What the writes left. The journal becomes the one line that says so."""
        root: tree.Node = None
        with self.file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    break  # its writer died within it, and so acknowledged nothing
                try:
                    changes = json.loads(line)
                except ValueError:
                    raise CannotStart(f"{self.file}, line {number} is damaged: mend it, or remove it.") from None
                for path, value in changes.items():
                    root = tree.replace(root, tuple(path.split("/")) if path else (), value)
        self._compact(root)
        return root

    def _compact(self, root: tree.Node) -> None:
        if root is None:
            self.file.unlink()
            return
        draft = self.file.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(line_of({(): root}))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.file)
        self._sync_folder()

    def _sync_folder(self) -> None:
        """Names are written down apart from what is in the files."""
        if self.fsync:
            folder = os.open(self.file.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def close(self) -> None:
        with suppress(OSError):
            os.close(self.descriptor)


def line_of(changes: dict[tree.Path, tree.Node]) -> bytes:
    written = {"/".join(path): value for path, value in changes.items()}
    return json.dumps(written, separators=(",", ":")).encode() + b"\n"
