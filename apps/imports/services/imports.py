"""Asking for imports, and for what is to become of them. A worker does it; what is asked for is written here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

import movieverse
from apps.imports.datasets import DataSet
from apps.imports.datasets.convert import DATA_SET as CONVERT
from apps.imports.datasets.recognising import examine
from apps.imports.models import Import, RejectedRow, Upload
from apps.imports.running.files import bytes_of, laid_out
from apps.imports.running.held import due
from apps.imports.running.job import NOTE
from apps.imports.services.uploads import upload_file
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import header_of
from apps.imports.tasks import run_import
from apps.reviews.services import batch_may_begin
from movieverse.exceptions import DomainError
from movieverse.mail import QUEUE_AWAY

State, ToDo = Import.State, Import.ToDo

FILES_KEPT = timedelta(days=7)  # for a retry
# Since the queue was told of it:
_TURN_AFTER, _DEAD_AFTER, _FORGOTTEN_AFTER = timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=5)


class NotPossible(DomainError):
    code = "not-possible"


class Unreadable(DomainError):
    """The files cannot be imported as they are."""

    status = 422
    code = "unreadable-files"


def import_create(
    *,
    uploads: Sequence[Upload],
    by: int | None,
    dataset: str = "",
    mode: str = Import.Mode.UPSERT,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> Import:
    """Have whole uploads imported, together as one data set. Raises Unreadable or Unrecognised for what is none."""
    named = [{"upload": str(upload.pk)} for upload in uploads]
    with _readable(_files_of(uploads)) as paths:
        data_set, findings = examine(paths, dataset, mapping)
        options = {"mode": mode, "mapping": mapping or {}, "dry_run": dry_run, "by_id": by}
        row = _create(data_set, paths, named, findings=findings, **options)
    return _woken(row)


def import_files(
    *, paths: Sequence[Path], dataset: str = "", mapping: Mapping[str, str] | None = None, **options: Any
) -> Import:
    """An import of files of this machine, for whoever has a terminal on it. It is not begun with."""
    with _readable([(path.name, path) for path in paths]) as links:
        data_set, findings = examine(links, dataset, mapping)
        named = [{"path": str(path.resolve())} for path in paths]
        told = {"findings": findings, "mapping": mapping or {}, "woken_at": timezone.now()}
        return _create(data_set, links, named, **told, **options)


def conversion_create(*, upload: Upload, by: int | None) -> Import:
    with _readable(_files_of([upload])) as paths:
        CONVERT.recognise(paths)
        row = _create(CONVERT, paths, [{"upload": str(upload.pk)}], by_id=by)
    return _woken(row)


def _files_of(uploads: Sequence[Upload]) -> list[tuple[str, Path]]:
    return [(upload.name or str(upload.pk), upload_file(upload)) for upload in uploads]


@contextmanager
def _readable(files: Iterable[tuple[str, Path]]) -> Iterator[list[Path]]:
    try:
        with laid_out(files) as paths:
            yield paths
    except SourceError as error:
        raise Unreadable(str(error)) from None


@movieverse.atomic("default")
def _create(data_set: DataSet, paths: Sequence[Path], named: list[dict[str, str]], **fields: Any) -> Import:
    told = zip(paths, named, strict=True)
    files = [_described(path) | where for path, where in told]
    _keep(files)
    return Import.objects.create(dataset=data_set.name, files=files, bytes_total=bytes_of(paths), **fields)


def _described(path: Path) -> dict[str, Any]:
    return {"name": path.name, "bytes": path.stat().st_size, "columns": header_of(path)}


def _keep(files: Sequence[Mapping[str, Any]]) -> None:
    """The uploads, for as long as somebody may want to try again."""
    until = timezone.now() + FILES_KEPT
    ids = [file["upload"] for file in files if "upload" in file]
    Upload.objects.filter(pk__in=ids, expires_at__lt=until).update(expires_at=until)


def import_cancel(*, row: Import) -> Import:
    """From now on it is cancelled. A worker that is at it takes back what it wrote, and another one if that is dead."""
    ended = {"state": State.CANCELLED, "ended_at": timezone.now(), "waiting_for": ""}
    running = Import.objects.filter(pk=row.pk, to_do=ToDo.RUN)
    queued = running.filter(state=State.QUEUED, attempts=0).filter(holder="")
    if not (queued.update(to_do=ToDo.NOTHING, **ended) or running.update(to_do=ToDo.CLEAN, **ended)):
        raise NotPossible(f"Import {row.pk} has ended: there is nothing to cancel.")
    return _woken(row)


def import_retry(*, row: Import, by: int | None) -> Import:
    """Another import: of the same files, or where this one was completed of nothing but the rows it rejected.

    Whoever asks for it, it belongs to the member who brought the files.
    """
    return _woken(_again(row.pk, by))


@movieverse.atomic("default")
def _again(import_id: int, by: int | None) -> Import:
    row = Import.objects.select_for_update().get(pk=import_id)
    if not row.has_ended or not row.is_clean:
        raise NotPossible(f"Import {row.pk} has not ended yet: cancel it first, or wait until it is cleaned up.")
    if row.undone_at or row.to_do != ToDo.NOTHING:
        raise NotPossible(f"Import {row.pk} was undone, or is about to be: ask for an import of its files instead.")
    again = Import(retry_of=row, by_id=row.by_id or by, rows_again=row.state == State.COMPLETED)
    for name in ("dataset", "files", "mode", "mapping", "dry_run", "bytes_total"):
        setattr(again, name, getattr(row, name))
    again.findings = [one for one in row.findings if one["finding"] != NOTE]
    while row.rows_again and row.state != State.COMPLETED and row.retry_of:  # one that failed is tried as what it was
        row, again.rows_again = row.retry_of, True
    _keep(again.files)
    again.save()
    if again.rows_again and not to_be_retried(row).update(retried_in=again):
        raise NotPossible(f"Import {import_id} has no rejected rows that could be tried again.")
    return again


def to_be_retried(row: Import) -> QuerySet[RejectedRow]:
    """Rows that were not used, but those that a retry is about or was."""
    lost = Q(retried_in__state__in=(State.FAILED, State.CANCELLED))
    return row.rejected_rows.filter(Q(retried_in=None) | lost, is_used=False)


def import_undo(*, row: Import, by: int | None) -> Import:
    """Have a worker take back what it wrote, once. What has been changed since stays, and is listed in `kept`."""
    undoing = {"to_do": ToDo.UNDO, "undone_by_id": by}
    done = Import.objects.filter(pk=row.pk, state=State.COMPLETED, to_do=ToDo.NOTHING, dry_run=False, undone_at=None)
    if not done.update(**undoing) and not Import.objects.filter(pk=row.pk, to_do=ToDo.UNDO).exists():
        raise NotPossible(f"Import {row.pk} cannot be undone: only one that has completed, wrote something and stands.")
    return _woken(row)


# --- Waking workers -------------------------------------------------------------------------------


def _woken(row: Import) -> Import:
    """Without a queue within reach it waits for the scheduler."""
    wake(row.pk)
    return Import.objects.get(pk=row.pk)


def wake(import_id: int) -> None:
    with suppress(*QUEUE_AWAY):
        run_import.enqueue(import_id=import_id)
        Import.objects.filter(pk=import_id).update(woken_at=timezone.now())


def imports_wake() -> None:
    """Have workers go on with those whose worker has died or whose turn it is, and with those the queue has lost."""
    now = timezone.now()
    dead = ~Q(leased_until=None) & Q(woken_at__lt=now - _DEAD_AFTER)
    forgotten = Q(woken_at=None) | Q(woken_at__lt=now - _FORGOTTEN_AFTER)
    for import_id in due().filter(dead | forgotten).values_list("pk", flat=True):
        wake(import_id)
    waiting = due().filter(waiting_for=Import.TURN, leased_until=None, woken_at__lt=now - _TURN_AFTER)
    following = waiting.order_by("pk").first()
    if following and batch_may_begin(key=str(following.pk)):
        wake(following.pk)
