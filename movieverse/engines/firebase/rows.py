"""Reading and writing rows by their keys: what the compilers are made of."""

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.transaction import TransactionManagementError

from .transactions import LEFT_OVER_AFTER, THEN, Conflict, Path, Row, Seen, Transaction, finishing
from .tree import NOTHING, Children, Tree

Answer = TypeVar("Answer")

TABLES, NUMBERS = "_tables", "_numbers"  # beside the tables
_BATCH = 1_000  # rows of one update
_REMEMBERED = 128  # rows, so that who reads one and then writes it need not read it again
_SWEPT_EVERY = 5  # seconds


class RowsMixin:
    tree: Tree
    in_atomic_block: bool
    settings_dict: dict[str, Any]
    ask: Callable[..., Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_limit: int = self.settings_dict["OPTIONS"].get("row_limit", 10_000)
        self.transaction: Transaction | None = None
        self.locks: dict[Path, Seen] = {}  # of Django's atomic()
        self._remembered: OrderedDict[Path, Seen] = OrderedDict()
        self._counters: dict[str, tuple[int, str]] = {}
        self._swept_at = 0.0

    def forget(self) -> None:
        self._remembered.clear()
        self._counters.clear()

    # --- Reading -----------------------------------------------------------------------------------

    def row(self, table: str, key: str, column: str) -> Row | None:
        """A row by its key; `column` is that of its primary key, without which there is none."""
        path = (table, key)
        if self.transaction and path in self.transaction.rows:
            return self.transaction.rows[path]
        row, _ = self._locks_held.get(path) or self._read(path)
        return row if column in row else None

    def pick(self, table: str, column: str, **parameters: Any) -> dict[str, Row]:
        found: Children = self.ask(lambda: self.tree.query(table, **parameters))
        return {key: row for key, row in found.items() if isinstance(row, dict) and column in row}

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
                self._finished((table, key))

    # --- Writing -----------------------------------------------------------------------------------

    def update(self, writes: dict[str, Any], *, counts: bool = False, begun: bool = False) -> None:
        """Write to several paths below the root, all or nothing; what has begun ends, also in an outage."""
        for place in writes:
            self._remembered.pop(_path(place), None)
        self.ask(lambda: self.tree.update(writes, counts=counts), begun=begun)

    def put_if(self, path: Path, row: Row, etag: str) -> None:
        if not self._put(path, row, etag):
            raise Conflict(f"{'/'.join(path)} was written by somebody else meanwhile.")

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
            if path not in self.transaction.rows and path not in self.transaction.locks:
                self.transaction.locks[path] = self._finished(path)
        self.transaction.put(path, row)

    def _create_now(self, path: Path, row: Row, column: str) -> None:
        etag = NOTHING
        while not self._put(path, row, etag):
            there, etag = self._remembered[path]
            if column in there:
                raise _exists(path)
            if THEN in there:
                _, etag = self._finished(path)

    def change(self, table: str, key: str, column: str, change: Callable[[Row], Row | None]) -> bool:
        """Make of a row what `change` says, as of one moment. False if there is none, or `change` says None."""
        path = (table, key)
        if self.transaction is not None or path in self.locks:
            return self._change_guarded(path, column, change)
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

    def _change_guarded(self, path: Path, column: str, change: Callable[[Row], Row | None]) -> bool:
        row = self.row(*path, column)
        new = change(row) if row is not None else None
        if row is None or new is None:
            return False
        if self.transaction is not None:
            self.transaction.put(path, new, _differences(row, new))
        else:
            self.put_if(path, new, self.locks[path][1])
            self.locks[path] = self._remembered[path]
        return True

    def change_rows(
        self,
        table: str,
        changed: Mapping[str, tuple[Row, Row]],
        steps: Mapping[str, int | float],
    ) -> None:
        """Write what has become of rows; columns with a step are counted by the store, whoever else counts them."""
        writes: dict[str, Row] = {}
        for key, (row, new) in changed.items():
            counted = {column: {".sv": {"increment": step}} for column, step in steps.items() if column in row}
            writes[key] = _differences(row, new) | counted
            if self.transaction is not None:
                self.transaction.put((table, key), new, writes[key])
        if self.transaction is None:
            self._write_columns(table, writes, counts=bool(steps))

    def write_rows(self, table: str, new: Mapping[str, Row], changes: Mapping[str, Row]) -> None:
        """Write whole rows, and single columns of others."""
        if self.transaction is None:
            for some in _some(list(new.items())):
                self.update({f"{table}/{key}": row for key, row in some})
            self._write_columns(table, changes)
            return
        for key, row in new.items():
            self.transaction.put((table, key), row)
        for key, columns in changes.items():
            row = {**(self.transaction.rows.get((table, key)) or {}), **columns}
            self.transaction.put((table, key), row, dict(columns))

    def _write_columns(self, table: str, changes: Mapping[str, Row], *, counts: bool = False) -> None:
        for some in _some(list(changes.items())):
            writes = {f"{table}/{key}/{column}": value for key, row in some for column, value in row.items()}
            if writes:
                self.update(writes, counts=counts)

    def delete_rows(self, table: str, keys: Iterable[str]) -> None:
        for some in _some(list(keys)):
            if self.transaction is None:
                self.update({f"{table}/{key}": None for key in some})
            else:
                for key in some:
                    self.transaction.put((table, key), None)

    # --- Numbers and tables ------------------------------------------------------------------------

    def next_numbers(self, name: str, count: int) -> range:
        """Count on. Numbers that are not used in the end are missing, as on other engines."""
        wait = 0.001
        last, etag = self._counters.get(name) or self._counter(name)
        while True:
            counted, latest, etag = self.ask(lambda: self.tree.put_if(etag, last + count, NUMBERS, name))  # noqa: B023
            if counted:
                self._counters[name] = (last + count, etag)
                return range(last + 1, last + count + 1)
            last = latest or 0
            time.sleep(random.uniform(0, wait))  # noqa: S311
            wait = min(wait * 2, 0.1)

    def _counter(self, name: str) -> tuple[int, str]:
        last, etag = self.ask(lambda: self.tree.get(NUMBERS, name))
        return last or 0, etag

    def count_from(self, name: str, number: int) -> None:
        """Have the next number be a bigger one than this."""
        last, _ = self._counter(name)
        if number > last:
            self._counters.pop(name, None)
            self.next_numbers(name, number - last)

    def tables(self) -> set[str]:
        return self.keys(TABLES)

    def note_table(self, name: str) -> None:
        self.update({f"{TABLES}/{name}": True})

    def drop(self, tables: Iterable[str], *, forget: bool = False) -> None:
        """Delete all rows; with `forget` the tables, too."""
        self.forget()
        for table in tables:
            gone = {f"{TABLES}/{table}": None, f"{NUMBERS}/{table}": None} if forget else {}
            self.update({table: None, **gone})

    def destroy(self) -> None:
        self.forget()
        self.ask(lambda: self.tree.delete())


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
