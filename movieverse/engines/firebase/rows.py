"""Reading and writing rows by their keys: what the compilers are made of."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from django.db import DatabaseError, IntegrityError
from django.db.transaction import TransactionManagementError

from movieverse.exceptions import StoreUnavailable

from .tables import TablesMixin
from .transactions import LEFT_OVER_AFTER, THEN, Path, Row, Seen, Transaction, conflict, counting, finishing
from .tree import NOTHING, Children

Answer = TypeVar("Answer")

_BATCH = 1_000  # rows of one update
_REMEMBERED = 128  # rows, so that who reads one and then writes it need not read it again
_SWEPT_EVERY = 5  # seconds

logger = logging.getLogger(__name__)


class RowsMixin(TablesMixin):
    in_atomic_block: bool
    settings_dict: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_limit: int = self.settings_dict["OPTIONS"].get("row_limit", 10_000)
        self.transaction: Transaction | None = None
        self.locks: dict[Path, Seen] = {}  # of Django's atomic()
        self._remembered: OrderedDict[Path, Seen] = OrderedDict()
        self._swept_at = 0.0

    def forget(self) -> None:
        super().forget()
        self._remembered.clear()

    # --- Reading -----------------------------------------------------------------------------------

    def row(self, table: str, key: str, column: str) -> Row | None:
        """A row by its key; `column` is that of its primary key, without which there is none."""
        path = (table, key)
        if self.transaction and path in self.transaction.rows:
            return self.transaction.rows[path]
        row, _ = self._locks_held.get(path) or self._read(path)
        return row if column in row else None

    def pick(self, table: str, **parameters: Any) -> dict[str, Row]:
        """Also what is left of rows that have been deleted: without a primary key it is none."""
        found: Children = self.ask(lambda: self.tree.query(table, **parameters))
        return {key: row for key, row in found.items() if isinstance(row, dict)}

    def keys(self, table: str) -> set[str]:
        return self.ask(lambda: self.tree.keys(table))  # type: ignore[no-any-return]

    def pending(self, table: str) -> dict[str, Row | None]:
        """Rows as the open transaction will leave them; None for those it deletes."""
        return self.transaction.pending(table) if self.transaction else {}

    def with_pending(self, table: str, rows: dict[str, Row]) -> dict[str, Row]:
        merged = {**rows, **self.pending(table)}
        return {key: row for key, row in merged.items() if row is not None}

    def _read(self, path: Path) -> Seen:
        row, etag = self.ask(lambda: self.tree.get(*path))
        return self._remember(path, (row if isinstance(row, dict) else {}, etag))

    def _remember(self, path: Path, seen: Seen) -> Seen:
        self._remembered[path] = seen
        self._remembered.move_to_end(path)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return seen

    # --- Locks -------------------------------------------------------------------------------------

    @property
    def _locks_held(self) -> dict[Path, Seen]:
        return self.transaction.locks if self.transaction else self.locks

    def lock(self, table: str, key: str) -> None:
        """Have the next write of the row raise Conflict if somebody else has written it meanwhile."""
        if self.transaction is None and not self.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        path = (table, key)
        if self.transaction is None or path not in self.transaction.rows:
            self._locks_held[path] = self._finished(path)

    def _finished(self, path: Path) -> Seen:
        """The row, after what a process that was killed has left to be done with it."""
        while THEN in (seen := self._read(path))[0]:
            self._finish(path, seen[0])
        return seen

    def _finish(self, path: Path, row: Row) -> None:
        self.update(finishing(path, row[THEN]))

    def finish_what_is_left(self) -> None:
        if time.monotonic() < self._swept_at + _SWEPT_EVERY:
            return
        self._swept_at = time.monotonic()
        before = round(time.time() * 1000) - LEFT_OVER_AFTER
        for table in self.tables():
            left = self.ask(lambda: self.tree.query(table, orderBy=f"{THEN}/at", startAt=0, endAt=before))  # noqa: B023
            for key in left:
                self._finish_left((table, key))

    def _finish_left(self, path: Path) -> None:
        """One that cannot be finished keeps nobody from the others."""
        try:
            self._finished(path)
        except StoreUnavailable:
            raise
        except DatabaseError:
            logger.exception("What was left to be done with %s cannot be done.", "/".join(path))

    # --- Writing -----------------------------------------------------------------------------------

    def update(self, writes: dict[str, Any], *, counts: bool = False, begun: bool = False) -> None:
        """Write to several paths below the root, all or nothing; what has begun ends, also in an outage."""
        for place in writes:
            self._remembered.pop(_path(place), None)
        self.ask(lambda: self.tree.update(writes, counts=counts), begun=begun)

    def put_if(self, path: Path, row: Row, etag: str) -> None:
        if not self._put(path, row, etag):
            raise conflict(path)

    def _put(self, path: Path, row: Row, etag: str) -> bool:
        written, latest, etag = self.ask(lambda: self.tree.put_if(etag, row, *path))
        self._remember(path, (latest if isinstance(latest, dict) else {}, etag))
        return bool(written)

    def create(self, table: str, key: str, row: Row, column: str, *, is_counted: bool) -> None:
        """Write a new row. In a transaction a key that was counted needs no looking whether somebody else has it."""
        path = (table, key)
        if self.transaction is None:
            self._create_now(path, row, column)
            return
        if not is_counted:
            if self.row(table, key, column) is not None:
                raise _exists(path)
            self._guard(path)
        self.transaction.put(path, row)

    def _create_now(self, path: Path, row: Row, column: str) -> None:
        etag = NOTHING
        while not self._put(path, row, etag):
            there, etag = self._remembered[path]
            if column in there:
                raise _exists(path)
            if THEN in there:
                _, etag = self._finished(path)

    def change(
        self, table: str, key: str, column: str, change: Callable[[Row], Row | None], *, is_guarded: bool = False
    ) -> bool:
        """Make of a row what `change` says, as of one moment. False if there is none, or `change` says None.

        In a transaction that moment is its end only for a row that is locked, or for which this `is_guarded`.
        """
        path = (table, key)
        if self.transaction is not None:
            return self._change_at_end(path, column, change, is_guarded)
        if path in self.locks:
            new = self._changed(path, column, change)
            if new is not None:
                self._put_locked(path, new)
            return new is not None
        seen, is_old = self._remembered.get(path), True
        while True:
            if seen is None:
                seen, is_old = self._read(path), False
            new = change(seen[0]) if column in seen[0] else None
            if new is not None and self._put(path, new, seen[1]):
                return True
            if new is None and not is_old:
                return False
            seen = None if new is None else self._remembered[path]

    def _changed(self, path: Path, column: str, change: Callable[[Row], Row | None]) -> Row | None:
        row = self.row(*path, column)
        return None if row is None else change(row)

    def _change_at_end(self, path: Path, column: str, change: Callable[[Row], Row | None], is_guarded: bool) -> bool:
        transaction = cast(Transaction, self.transaction)
        if is_guarded:
            self._guard(path)
        new = self._changed(path, column, change)
        if new is not None:
            transaction.put(path, new, _differences(self.row(*path, column) or {}, new))
        return new is not None

    def _guard(self, path: Path) -> None:
        """In a transaction, as if the row had been locked."""
        transaction = cast(Transaction, self.transaction)
        if path not in transaction.rows and path not in transaction.locks:
            transaction.locks[path] = self._finished(path)

    def _put_locked(self, path: Path, row: Row) -> None:
        self.put_if(path, row, self.locks[path][1])
        self.locks[path] = self._remembered[path]

    def change_rows(
        self, table: str, column: str, changed: Mapping[str, tuple[Row, Row]], steps: Mapping[str, int | float]
    ) -> None:
        """Write what has become of rows; columns with a step are counted by the store, whoever else counts them."""
        writes: dict[str, Row] = {}
        for key, (row, new) in changed.items():
            path, own = (table, key), {name: step for name, step in steps.items() if name in row}
            if self.transaction is not None:
                self.transaction.put(path, new, _differences(row, new), own)
            elif path in self.locks:
                self._put_locked(path, new)
            else:
                writes[key] = _differences(row, new) | {name: counting(step) for name, step in own.items()}
        self._write_columns(table, writes, counts=bool(steps))
        if steps and len(writes) == 1:
            self._clear_remains((table, next(iter(writes))), column)

    def _clear_remains(self, path: Path, column: str) -> None:
        """Of a row that was deleted while it was counted up: what was counted is there again, alone."""
        row, etag = self._read(path)
        if row and column not in row and THEN not in row:
            self._delete_if(path, etag)

    def write_rows(self, table: str, rows: Mapping[str, Row]) -> None:
        for some in _some(list(rows.items())):
            if self.transaction is None:
                self.update({f"{table}/{key}": row for key, row in some})
            else:
                for key, row in some:
                    self.transaction.put((table, key), row)

    def _write_columns(self, table: str, changes: Mapping[str, Row], *, counts: bool = False) -> None:
        for some in _some(list(changes.items())):
            writes = {f"{table}/{key}/{column}": value for key, row in some for column, value in row.items()}
            if writes:
                self.update(writes, counts=counts)

    def remove(self, table: str, key: str, column: str, holds: Callable[[Row], bool | None]) -> bool:
        """Delete a row if it meets a condition, as of one moment."""
        path = (table, key)
        if self.transaction is not None:
            self._guard(path)
        if self.transaction is not None or path in self.locks:
            row = self.row(table, key, column)
            if row is None or not holds(row):
                return False
            self.delete_rows(table, [key])
            return True
        while True:
            row, etag = self._read(path)
            if column not in row or not holds(row):
                return False
            if self._delete_if(path, etag):
                return True

    def _delete_if(self, path: Path, etag: str) -> bool:
        self._remembered.pop(path, None)
        return self.ask(lambda: self.tree.delete_if(etag, *path))  # type: ignore[no-any-return]

    def delete_rows(self, table: str, keys: Iterable[str]) -> None:
        unlocked = []
        for key in keys:
            path = (table, key)
            if self.transaction is not None:
                self.transaction.put(path, None)
            elif path in self.locks:
                self._delete_locked(path)
            else:
                unlocked.append(key)
        for some in _some(unlocked):
            self.update({f"{table}/{key}": None for key in some})

    def _delete_locked(self, path: Path) -> None:
        if not self._delete_if(path, self.locks[path][1]):
            raise conflict(path)
        self.locks[path] = ({}, NOTHING)


def _path(place: str) -> Path:
    table, _, rest = place.partition("/")
    return table, rest.partition("/")[0]


def _differences(row: Row, new: Row) -> Row:
    """The columns that change; None for those that end."""
    return {column: new.get(column) for column in {**row, **new} if row.get(column) != new.get(column)}


def _exists(path: Path) -> IntegrityError:
    return IntegrityError(f"{path[0]} has {path[1]} already.")


def _some(items: list[Answer]) -> Iterable[list[Answer]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
