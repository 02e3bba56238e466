"""Doing what is to be done about an import: run it, take back what one wrote that did not complete, undo one."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from apps.catalog.loading.races import Overtaken
from apps.catalog.records import Place
from apps.imports.datasets import JOBS
from apps.imports.datasets.base import Kept
from apps.imports.models import Import, RejectedRow
from apps.imports.running.again import Again, write_edited
from apps.imports.running.files import files_of, laid_out, scratch
from apps.imports.running.held import Cancelled, Held, LeaseLost, close_lost_connections, take
from apps.imports.running.job import Job
from apps.imports.running.run import Bar
from apps.imports.sources.opening import SourceError
from apps.reviews.services import BatchUnderWay
from movieverse.exceptions import DomainError, StoreUnavailable

PAUSES = (1, 2, 4, 8, *repeat(15, 40))  # seconds between two tries: ten minutes in all
_MOST_KEPT = 1_000  # rows that undoing left alone and an import lists
MOST_LOST = 5  # workers; a file that kills them would else kill them without end
_DEADLY = f"{MOST_LOST} workers have died at it, or were away for too long. Their log may say why; split the files."
_NOT_UNDONE = "Something went wrong on our side, and it is not undone yet. It has been logged, and is tried again."
_OUR_FAULT = "Something went wrong on our side. It has been logged; retry the import when it has been looked after."

ToDo, State = Import.ToDo, Import.State
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


def perform(import_id: int, bar: Bar | None = None) -> bool:
    """Do what is to be done about the import. False where there is nothing, or another worker is at it."""
    held = take(import_id)
    if held is None:
        return False
    try:
        with held:
            _do(held, bar or Bar(quiet=True))
    except LeaseLost:
        logger.warning("Import %s is another worker's by now, or done with.", import_id)
    except StoreUnavailable as error:
        logger.warning("Import %s goes on later: %s", import_id, error)
    except Exception:
        logger.exception("Import %s is not done with, and goes on later.", import_id)
    return True


def _do(held: Held, bar: Bar) -> None:
    try:
        {ToDo.RUN: _run, ToDo.CLEAN: _clean_up, ToDo.UNDO: _undo}[ToDo(held.to_do)](held, bar)
    except BatchUnderWay:  # whose worker may have died, and be waiting for this one
        held.give_back()


def _run(held: Held, bar: Bar) -> None:
    if held.row.workers_lost >= MOST_LOST:
        _fail(held, bar, _DEADLY)
        return
    try:
        ended = _patiently(held, lambda: _loaded(held, bar))
        _patiently(held, lambda: held.go_on_to(ToDo.NOTHING, state=State.COMPLETED, ended_at=timezone.now(), **ended))
    except Cancelled:
        held.turn_to_cleaning()
        _clean_up(held, bar)
    except (LeaseLost, BatchUnderWay):
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, nothing half written is to stay
        _fail(held, bar, _reason(held, error))


def _loaded(held: Held, bar: Bar) -> dict[str, Any]:
    """Run the data set's loader. What is known of the import then."""
    row = held.row = Import.objects.get(pk=held.import_id)
    if not row.started_at:
        held.write(started_at=timezone.now())
    with _files(held) as (paths, again):
        job = Job(
            held=held,
            import_id=None if row.dry_run else row.pk,
            dry_run=row.dry_run,
            mode=row.mode,
            mapping=row.mapping,
            paths=paths,
            again=again,
            bar=bar,
        )
        job.start()
        JOBS[row.dataset].load(job)
        return job.finish()


@contextmanager
def _files(held: Held) -> Iterator[tuple[list[Path], Again | None]]:
    """The import's files; those of a retry as somebody has put them right."""
    row = held.row
    with laid_out(files_of(row)) as paths, scratch() as folder:
        if not row.rows_again:
            yield paths, None
            return
        places = frozenset(Place(one.file, one.line) if one.line else one.file for one in _rows_again(row))
        edits = _edits(row)
        for path in paths:
            write_edited(path, folder / path.name, edits[path.name], held.check)
        yield [folder / path.name for path in paths], Again(places, paths)


def _rows_again(row: Import) -> QuerySet[RejectedRow]:
    """The rows that a retry is about, all of one import."""
    return RejectedRow.objects.filter(retried_in=row).select_related("imported")


def _edits(row: Import) -> dict[str, dict[int, dict[str, str]]]:
    """Of each file the lines that somebody has put right, for this retry or one before. The others stay as they are."""
    rows = list(_rows_again(row))
    before = _edits(rows[0].imported) if rows and rows[0].imported.rows_again else {}
    edits: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for one in rows:
        earlier = before.get(one.file, {}).get(one.line, {})
        if one.edited or earlier:
            edits[one.file][one.line] |= earlier | one.cells | edits[one.file][one.line] | one.edited
    return edits


def _fail(held: Held, bar: Bar, reason: str) -> None:
    ended = {"state": State.FAILED, "reason": reason, "ended_at": timezone.now()}
    try:
        _patiently(held, lambda: held.go_on_to(ToDo.CLEAN, **ended))
    except Cancelled:
        held.turn_to_cleaning()
    _clean_up(held, bar)


def _reason(held: Held, error: Exception) -> str:
    """In words for whoever brought the files."""
    if isinstance(error, SourceError | DomainError):
        return str(error)
    if isinstance(error, StoreUnavailable):
        return f"The {error.alias} store did not answer for {sum(PAUSES) // 60} minutes. Retry the import when it does."
    logger.error("Import %s failed.", held.import_id, exc_info=error)
    return _OUR_FAULT


def _clean_up(held: Held, bar: Bar) -> None:
    kept = [] if held.row.dry_run else _patiently(held, partial(_taken_back, held))
    counts = Import.objects.values_list("counts", flat=True).get(pk=held.import_id)
    nothing = {kind: told | {"created": 0, "updated": 0} for kind, told in counts.items()}
    _patiently(held, lambda: held.go_on_to(ToDo.NOTHING, progress={}, kept=kept, counts=nothing))


def _undo(held: Held, bar: Bar) -> None:
    try:
        kept = _patiently(held, partial(_taken_back, held))
    except (LeaseLost, BatchUnderWay, StoreUnavailable):
        raise
    except Exception:
        held.write(reason=_NOT_UNDONE)
        raise
    _patiently(held, lambda: held.go_on_to(ToDo.NOTHING, undone_at=timezone.now(), kept=kept, reason=""))


def _taken_back(held: Held) -> list[Kept]:
    every = JOBS[held.row.dataset].undo(held.import_id)
    return [one for place, one in enumerate(every) if place < _MOST_KEPT]  # to the end: asking is what undoes


def _patiently(held: Held, call: Callable[[], Result]) -> Result:
    """Call it; while a store is away, or others are at what it wants to write, again and again."""
    for pause in PAUSES:
        try:
            return call()
        except (StoreUnavailable, Overtaken) as error:
            close_lost_connections()
            with suppress(StoreUnavailable):
                held.write(waiting_for=getattr(error, "alias", ""))
            held.wait(pause)
    return call()
