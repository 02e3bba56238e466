"""What is written in one `movieverse.atomic` becomes one update of several paths, which is all or nothing.

Such an update cannot ask whether a row is still what it was; only the writing of one path can. So where a row was
locked, it is written first, on that condition, with the other writes inside it (`_then`). They follow at once; or, if
the process is killed in between, they are done by whoever next locks the row, or by the relay.
"""

import json
import time
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import NotSupportedError, OperationalError

THEN = "_then"
LEFT_OVER_AFTER = 10_000  # milliseconds: longer than any request takes

Path = tuple[str, str]  # table, key
Row = dict[str, Any]
Seen = tuple[Row, str]  # with its ETag


class Conflict(OperationalError):
    """A row is no longer what it was when it was locked."""


def conflict(path: Path) -> Conflict:
    return Conflict(f"{'/'.join(path)} was written by somebody else meanwhile.")


def counting(step: float) -> dict[str, Any]:
    """What has the store count a number up itself."""
    return {".sv": {"increment": step}}


class Transaction:
    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.rows: dict[Path, Row | None] = {}  # as they will be
        self.writes: dict[str, Any] = {}
        self.locks: dict[Path, Seen] = {}
        self.hooks: list[Any] = []
        self.only_adds = True  # but for the rows that are locked

    def put(
        self,
        path: Path,
        row: Row | None,
        changes: Row | None = None,
        steps: Mapping[str, int | float] = MappingProxyType({}),
    ) -> None:
        """Write a row, None to delete it; or, with `changes`, only those columns, of which those with steps count."""
        is_new = path not in self.rows and changes is None and row is not None
        self.only_adds &= is_new or path in self.locks or path in self.rows
        self.rows[path] = row
        place = "/".join(path)
        if changes is None or place in self.writes:
            self._forget_columns(place)
            self.writes[place] = row
        else:
            counted = {column: self._counted(f"{place}/{column}", step) for column, step in steps.items()}
            changes |= {column: value for column, value in counted.items() if value is not None}
            self.writes |= {f"{place}/{column}": value for column, value in changes.items()}

    def _counted(self, place: str, step: float) -> dict[str, Any] | None:
        """None where a value is to be written already: then what comes of it is known."""
        earlier = self.writes.get(place, counting(0))
        counts = isinstance(earlier, dict) and ".sv" in earlier
        return counting(step + earlier[".sv"]["increment"]) if counts else None

    def _forget_columns(self, place: str) -> None:
        for written in [written for written in self.writes if written.startswith(f"{place}/")]:
            del self.writes[written]

    def pending(self, table: str) -> dict[str, Row | None]:
        return {key: row for (of, key), row in self.rows.items() if of == table}

    def commit(self) -> None:
        locked = [path for path in self.locks if path in self.rows]
        if len(locked) > 1 or (locked and not self.only_adds):
            raise NotSupportedError(
                "In one transaction the Realtime Database can guard one row against others, and add more beside it. "
                f"This one writes {', '.join(map('/'.join, self.rows))}."
            )
        if locked:
            self._commit_guarded(locked[0])
        elif self.writes:
            self.connection.update(self.writes, counts=".sv" in json.dumps(self.writes))

    def _commit_guarded(self, path: Path) -> None:
        self._forget_columns("/".join(path))
        self.writes.pop("/".join(path), None)
        row = self.rows[path]
        if row is not None and not self.writes:
            self.connection.put_if(path, row, self.locks[path][1])
            return
        note = {"at": round(time.time() * 1000), f"n{uuid.uuid4().hex}": json.dumps(self.writes)}
        self.connection.put_if(path, {**(row or {}), THEN: note}, self.locks[path][1])
        self.connection.update(finishing(path, note), begun=True)


def finishing(path: Path, note: dict[str, Any]) -> dict[str, Any]:
    """The update that does what a row has noted, and takes the note away, of a deleted row the last that is there.

    It may come late, or twice: it takes away no note but its own. (It may take the time from a later one, which then
    waits for the next who locks the row.)
    """
    done: dict[str, Any] = {}
    for name, writes in note.items():
        done |= {} if name == "at" else json.loads(writes)
        done["/".join((*path, THEN, name))] = None
    return done
