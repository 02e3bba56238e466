"""A run that is an import: what a data set's loader sees of it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

import movieverse
from apps.catalog.loading import MovieLoader, load_counts
from apps.catalog.records import MovieRecord, Problem
from apps.imports.models import Import, RejectedRow
from apps.imports.running.held import Held, close_lost_connections
from apps.imports.running.rejecting import MOST_KEPT, Rejected, store, with_cells
from apps.imports.running.run import Run
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import rows_of
from movieverse.bulk import Counts
from movieverse.exceptions import StoreUnavailable

NOTE = "note"  # a finding of the run, not of its files

MOST_ROWS = 2_000_000
_TOLD_EVERY = 1.0  # seconds
_REJECTED_AT_ONCE, _PROBLEMS_AT_ONCE = 1_000, 10_000  # the cells of problems take another reading of the files
_WRITTEN_AT_ONCE = 250
SAMPLE = 10  # rows; of long members so many entries, and of texts as many characters
_MOST_CREDITS, _MOST_TEXT = 5, 300


@dataclass(kw_only=True)
class Job(Run):
    """A loader says by `advance` what it has read and by `reject` what it cannot use; both raise when it has to end."""

    held: Held
    mapping: dict[str, str] = field(default_factory=dict)
    rows_read: int = 0
    bytes_read: int = 0
    sample: list[dict[str, Any]] = field(default_factory=list)
    _stage: dict[str, Any] = field(default_factory=dict, repr=False)
    _began: float = field(default=0, repr=False)
    _rows_before: int = field(default=0, repr=False)
    _told: float = field(default=0, repr=False)
    _unusable: int = field(default=0, repr=False)  # rows and values told of, kept or not
    _pending: list[Rejected] = field(default_factory=list, repr=False)
    _problems: list[tuple[str, Problem]] = field(default_factory=list, repr=False)

    @property
    def row(self) -> Import:
        return self.held.row

    # --- What loaders call ------------------------------------------------------------------------

    def advance(self, rows: int = 0, bytes: int = 0) -> None:  # noqa: A002  that is what they are
        self.rows_read += rows
        self.bytes_read += bytes
        self.bar.advance(rows)
        self._tell_now_and_then()

    def reject(self, row: Rejected) -> None:
        self.counts[row.kind].failed += not row.is_used
        if self._is_to_be_kept():
            self._pending.append(row)
        self._store_if_many()
        self.held.check()

    def survey(self) -> None:
        """Files are read whole before anything is written: so much of the work is known then."""
        with self.stage("rows"):
            for path in () if self.again else self.paths:
                for _ in rows_of(path):
                    self.advance(rows=1)
                    self._require_room(path)
                self.advance(bytes=path.stat().st_size)
            if self.again:
                self.advance(rows=len(self.again.places))

    def _require_room(self, path: Path) -> None:
        """Titles are all in memory at once."""
        if self.rows_read > MOST_ROWS:
            raise SourceError(f"With {path.name} there are more than {MOST_ROWS:,} rows: import them in parts.")

    def load_movies(self, records: Sequence[MovieRecord], source: str) -> MovieLoader:
        loader = super().load_movies(records, source)
        self.sample += [_shown(record, loader) for record in (records[:SAMPLE] if self.dry_run else ())]
        return loader

    def failed(self, kind: str, problem: Problem) -> None:
        """It may be within a transaction of another store: so it is not written yet."""
        self.counts[kind].failed += 1
        if self._is_to_be_kept():
            self._problems.append((kind, problem))

    def fail(self, kind: str, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.counts[kind].failed += not problem.row_is_used
            if self._is_to_be_kept():
                self._problems.append((kind, problem))
            self._store_if_many()

    def _is_to_be_kept(self) -> bool:
        self._unusable += 1
        return self._unusable <= MOST_KEPT

    def begin(self, unit: str, total: int) -> None:
        super().begin(unit, total)
        self._stage = {"stage": unit, "done": 0, "total": total, "per_second": None}
        self._began, self._rows_before = time.monotonic(), self.rows_read
        self._tell()

    def done(self, number: int) -> None:
        super().done(number)
        self._stage["done"] += number
        self._store_if_many()
        self._tell_now_and_then()

    # --- What whoever performs it calls -----------------------------------------------------------

    @movieverse.atomic("default")
    def start(self) -> None:
        """Of what was told by a run before nothing is told twice."""
        self.held.write(state=Import.State.STARTED, attempts=self.row.attempts + 1)
        RejectedRow.objects.filter(imported=self.row).delete()

    def finish(self) -> dict[str, Any]:
        """What is known of it at its end."""
        self._store()
        notes = [{"file": "", "finding": NOTE, "detail": note, "suggestion": ""} for note in self._noted()]
        return self._numbers() | {
            "bytes_read": self.row.bytes_total,
            "counts": told_counts(self._exact()),
            "progress": {},
            "sample": self.sample,
            "findings": self.row.findings + notes,
        }

    def _noted(self) -> Iterator[str]:
        yield from self.notes
        if self._unusable > MOST_KEPT:
            yield f"Of the rows that could not be used the first {MOST_KEPT:,} are kept."

    def _exact(self) -> dict[str, Counts]:
        """By a run that was interrupted some rows were written that this one has found as they should be."""
        written = load_counts(import_id=self.row.pk) if self.row.attempts and not self.dry_run else {}
        return {kind: _corrected(counts, written.get(kind)) for kind, counts in self.counts.items()}

    def _tell_now_and_then(self) -> None:
        self.held.check()
        if time.monotonic() >= self._told + _TOLD_EVERY:
            self._tell()

    def _tell(self) -> None:
        """Progress may be missed, but not the work for its sake."""
        self._told = time.monotonic()
        try:
            self.held.write(waiting_for="", counts=told_counts(self.counts), **self._numbers())
        except StoreUnavailable:
            close_lost_connections()
            self.held.check()

    def _numbers(self) -> dict[str, Any]:
        if self._stage:
            number = self._stage["done"] or self.rows_read - self._rows_before
            self._stage["per_second"] = round(number / max(0.001, time.monotonic() - self._began), 1)
        return {"rows_read": self.rows_read, "bytes_read": self.bytes_read, "progress": self._stage}

    def _store_if_many(self) -> None:
        if len(self._pending) >= _REJECTED_AT_ONCE or len(self._problems) >= _PROBLEMS_AT_ONCE:
            self._store()

    def _store(self) -> None:
        """The cells of problems are looked up meanwhile, so that no more of them are in memory than are written."""
        rows = chain(self._pending, with_cells(self._problems, self.paths))
        while some := list(islice(rows, _WRITTEN_AT_ONCE)):
            self._write(some)
        self._pending.clear()
        self._problems.clear()

    @movieverse.atomic("default")
    def _write(self, rows: Sequence[Rejected]) -> None:
        self.held.write(counts=told_counts(self.counts), **self._numbers())  # which locks the row
        store(self.row.pk, rows)


def told_counts(counts: dict[str, Counts]) -> dict[str, dict[str, int]]:
    return {
        kind: {"created": of.created, "updated": of.updated, "unchanged": of.unchanged, "rejected": of.failed}
        for kind, of in counts.items()
    }


def _corrected(counts: Counts, written: Counts | None) -> Counts:
    if written is None:
        return counts
    rows = counts.created + counts.updated + counts.unchanged
    unchanged = max(0, rows - written.created - written.updated)
    return Counts(written.created, written.updated, unchanged, counts.failed)


def _shown(record: MovieRecord, loader: MovieLoader) -> dict[str, Any]:
    movie_id = loader.ids.get(record.place)
    is_new = movie_id is None or movie_id < 0
    told = {name: _plain(value) for name, value in asdict(record).items() if value not in (None, "", [])}
    return {"id": None if is_new else movie_id, **told}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value[:_MOST_TEXT]
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value[:_MOST_CREDITS]]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value
