"""How far a run is, on disk: a run that was killed goes on there when the same is asked for again.

The first line says what was asked for and which titles that means; each further line that a batch of them is loaded,
and what could not be. A line that was being written when the machine stopped does not count.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from apps.catalog.records import Problem
from apps.imports.tmdb.client import TmdbError
from apps.imports.tmdb.wanted import Wanted


class Skipped(Problem):
    """A title that was not loaded."""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass
class Progress:
    """The titles wanted, how many of them are done, which of those could not be had, and what is to be told."""

    wanted: list[Wanted]
    today: str  # when the run began
    done: int = 0
    unanswered: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Checkpoint:
    """The file of a run that asks for the same of the same catalogue."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        known_by = json.dumps([told, _catalogue()], sort_keys=True)
        self.path = folder() / f"{sha256(known_by.encode()).hexdigest()[:16]}.jsonl"

    def read(self) -> Progress | None:
        """How far an earlier run has come. What of its last line is missing is cut off."""
        try:
            head, *lines = self.path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return None
        except ValueError:
            raise self._unreadable() from None
        kept = len(head)
        progress = self._begun(head)
        for line in lines:
            if not line.endswith(b"\n") or not self._add(progress, line):
                break
            kept += len(line)
        os.truncate(self.path, kept)
        return progress

    def begin(self, progress: Progress) -> None:
        wanted = [[one.kind, one.id, one.title] for one in progress.wanted]
        told = [_told(problem) for problem in progress.problems]
        write(self.path, _line({"asked": self._told, "today": progress.today, "wanted": wanted, "problems": told}))

    def advance(self, done: int, unanswered: Sequence[Wanted], problems: Sequence[Problem]) -> None:
        told = [_told(problem) for problem in problems]
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line({"done": done, "unanswered": unanswered, "problems": told}))
            file.flush()
            os.fsync(file.fileno())

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def _begun(self, head: bytes) -> Progress:
        try:
            said = json.loads(head)
            wanted = [Wanted(*one) for one in said["wanted"]]
            return Progress(wanted, said["today"], problems=[_problem(one) for one in said["problems"]])
        except (ValueError, KeyError, TypeError):
            raise self._unreadable() from None

    def _add(self, progress: Progress, line: bytes) -> bool:
        try:
            said = json.loads(line)
            done, unanswered = said["done"], [Wanted(*one) for one in said["unanswered"]]
            problems = [_problem(one) for one in said["problems"]]
        except (ValueError, KeyError, TypeError):
            return False
        progress.done = done
        progress.unanswered += unanswered
        progress.problems += problems
        return True

    def _unreadable(self) -> TmdbError:
        return TmdbError(f"{self.path} does not say how far a run has come. Begin anew with --restart.")


def folder() -> Path:
    return settings.VAR_DIR / "tmdb"


def write(path: Path, text: str) -> None:
    """The whole file or none of it, whenever the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


@contextmanager
def alone() -> Iterator[None]:
    """One run at a time: two would take turns at overwriting how far they are, and ask twice as often as they may."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TmdbError("Another `seed tmdb` is at work here. Run this one when that is done.") from None
        yield


class Changes:
    """Until when the catalogue has followed TMDB's changes, and what it could not have."""

    def __init__(self) -> None:
        self.path = folder() / f"changes-{sha256(_catalogue().encode()).hexdigest()[:16]}.json"

    def read(self) -> tuple[str | None, list[Wanted]]:
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            return said["until"], [Wanted(*one) for one in said["unanswered"]]
        except FileNotFoundError:
            return None, []
        except (ValueError, KeyError, TypeError):
            raise TmdbError(f"{self.path} cannot be read. Delete it, and say --since when.") from None

    def keep(self, until: str, unanswered: Sequence[Wanted]) -> None:
        write(self.path, _line({"until": until, "unanswered": unanswered}))


def _catalogue() -> str:
    """Which one it is: what is done for one is not for another."""
    known_by = connections["catalog"].settings_dict
    return json.dumps([str(known_by.get(name)) for name in ("ENGINE", "HOST", "PORT", "NAME")])


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True) + "\n"


def _told(problem: Problem) -> dict[str, Any]:
    return asdict(problem) | {"skipped": isinstance(problem, Skipped)}


def _problem(said: dict[str, Any]) -> Problem:
    return (Skipped if said.pop("skipped") else Problem)(**said)
