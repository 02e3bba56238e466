"""Rejected rows that are tried again, and again."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.imports.models import Import
from apps.imports.running import performing
from apps.imports.running.again import write_edited
from apps.imports.running.held import Cancelled
from apps.imports.selectors import rejected_csv
from apps.imports.services import converted
from apps.imports.services.imports import NotPossible, conversion_create, import_cancel, import_retry, import_undo
from apps.imports.services.rows import row_edit
from apps.imports.sources import tables
from tests.factories import make_user
from tests.imports.jobs import imported, uploaded
from tests.imports.netflix_files import TAXI_DRIVER, title, written

State = Import.State
NETFLIX = performing.JOBS["netflix"]
NOTICED = ["crlf", "index-column"]  # of any file of titles


def test_a_table_is_written_anew_by_the_rules_by_which_it_was_read():
    """In a process that has read none before."""
    said = "import csv, apps.imports.running.again; print(csv.field_size_limit())"
    command = [sys.executable, "-c", said]
    assert int(subprocess.check_output(command, cwd=settings.BASE_DIR)) == tables._LONGEST_CELL


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two of three films cannot be used."""
    bad = [title("tm1", "Heat", runtime="x"), title("tm2", "Thief", runtime="y")]
    return written(tmp_path / "titles.csv", [TAXI_DRIVER, *bad])


def load_instead(monkeypatch: pytest.MonkeyPatch, load: Any) -> None:
    monkeypatch.setitem(performing.JOBS, "netflix", replace(performing.JOBS["netflix"], load=load))


def half(job: Any) -> None:
    """Fails when it has met and told of what it cannot use."""
    NETFLIX.load(job)
    job._store()
    raise ZeroDivisionError


def edited(row: Import, *cells: dict[str, str]) -> Import:
    for rejected, some in zip(row.rejected_rows.all(), cells, strict=False):
        row_edit(row=rejected, cells=some, version=None)
    return row


def test_rows_that_nobody_has_edited_are_wrong_however_often_they_are_tried(member: User, tmp_path: Path):
    file = tmp_path / "films.csv"
    file.write_text("title,tagline,year\nHeat,One,1995\nGood, the Bad,Two,1966\nCut,Three\n")
    row = imported(member, file, dataset="films")
    reasons = [one.reason for one in row.rejected_rows.all()]
    assert len(reasons) == 2
    for _ in range(3):
        row = import_retry(row=row, by=member.pk)
        assert [one.reason for one in row.rejected_rows.all()] == reasons
    assert Movie.objects.count() == 1


def test_a_retry_that_failed_again_and_again_is_of_the_rows_that_it_was_of(member: User, files: Path, monkeypatch):
    first = edited(imported(member, files), {"runtime": "170"})
    row = first
    with monkeypatch.context() as patched:
        load_instead(patched, half)
        for _ in range(2):
            row = import_retry(row=row, by=member.pk)
            assert (row.state, row.is_clean) == (State.FAILED, True)
    row = import_retry(row=row, by=member.pk)
    assert (row.state, row.counts["movies"]["created"]) == (State.COMPLETED, 1)
    assert set(first.rejected_rows.values_list("retried_in_id", flat=True)) == {row.pk}
    last = import_retry(row=edited(row, {"runtime": "122"}), by=member.pk)
    assert set(Movie.objects.values_list("title", flat=True)) == {"Taxi Driver", "Heat", "Thief"}
    assert last.rows_rejected == 0


def test_a_retry_that_is_cancelled_while_its_files_are_written_anew_ends_there(member: User, files: Path, monkeypatch):
    first, whole = edited(imported(member, files), {"runtime": "170"}), []

    def cancelled(path: Path, target: Path, edits: Any, check: Any) -> None:
        import_cancel(row=Import.objects.get(retry_of=first))
        check.__self__._renew()  # as it does every 5 seconds, and finds out
        write_edited(path, target, edits, check)
        whole.append(target)

    monkeypatch.setattr(performing, "write_edited", cancelled)
    row = import_retry(row=first, by=member.pk)
    assert (row.state, row.is_clean, row.attempts, whole) == (State.CANCELLED, True, 0, [])
    assert set(Movie.objects.values_list("title", flat=True)) == {"Taxi Driver"}


@pytest.mark.parametrize("text", ["a,b\n1,2\n3,4\n5,6\n", "1::1::5::9\n1::2::5::9\n1::3::5::9\n"])
def test_a_table_is_written_anew_row_by_row_for_as_long_as_it_is_wanted(tmp_path: Path, text: str):
    def check() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise Cancelled

    asked: list[int] = []
    (tmp_path / "table").write_text(text)
    with pytest.raises(Cancelled):
        write_edited(tmp_path / "table", tmp_path / "anew", {}, check)
    begun = (tmp_path / "anew").read_text()
    assert begun
    assert text.startswith(begun)
    assert len(begun) < len(text)


def test_what_was_undone_or_is_about_to_be_is_not_retried(member: User, files: Path, monkeypatch):
    row = edited(imported(member, files), {"runtime": "170"})
    Import.objects.filter(pk=row.pk).update(to_do=Import.ToDo.UNDO)
    with pytest.raises(NotPossible, match="undone"):
        import_retry(row=row, by=member.pk)
    import_undo(row=row, by=member.pk)
    with pytest.raises(NotPossible, match="undone"):
        import_retry(row=row, by=member.pk)


def test_line_ends_of_any_kind_in_cells_keep_the_other_rows_in_their_lines(member: User, files: Path):
    files.write_bytes(files.read_bytes().replace(b"Heat", b'"He\rat"'))
    row = imported(member, files)
    assert [one.line for one in row.rejected_rows.all()] == [3, 5]
    with pytest.raises(ValidationError, match="more lines"):
        edited(row, {"title": "He\rat\r"})
    again = import_retry(row=edited(row, {"runtime": "170"}, {"runtime": "122"}), by=member.pk)
    assert (again.counts["movies"]["created"], again.rows_rejected) == (2, 0)


def test_a_table_of_rejected_rows_can_be_read_whatever_is_in_their_cells(member: User, files: Path):
    files.write_bytes(files.read_bytes().replace(b"Heat", b'"He\rat"'))
    text = "".join(rejected_csv(imported(member, files)))
    assert [one["title"] for one in csv.DictReader(io.StringIO(text, newline=""))] == ["He\rat", "Thief"]


def test_a_retry_stays_when_what_it_was_of_is_pruned(member: User, tmp_path: Path):
    file = tmp_path / "table.csv"
    file.write_text("a,b\n1,2\n1,2,3\n")
    converted.forget(member.pk)  # files outlive the tests whose member had this number
    row = conversion_create(upload=uploaded(file, member), by=member.pk)
    again = import_retry(row=row, by=member.pk)
    Import.objects.filter(pk=row.pk).update(ended_at="2020-01-01T00:00Z")
    converted.prune()
    again.refresh_from_db()
    assert (again.retry_of, converted.names(member.pk)) == (None, [f"{again.pk}.jsonl.gz"])


def test_a_retry_is_of_whoever_brought_the_files(member: User, files: Path):
    row = import_retry(row=imported(member, files), by=make_user("administrator").pk)
    assert row.by == member


def test_notes_on_a_run_are_not_those_of_the_next(member: User, files: Path, monkeypatch):
    def noted(job: Any) -> None:
        job.notes.append("This one.")
        NETFLIX.load(job)

    with monkeypatch.context() as patched:
        load_instead(patched, noted)
        row = imported(member, files)
    again = import_retry(row=row, by=member.pk)
    assert [[one["finding"] for one in each.findings] for each in (row, again)] == [[*NOTICED, "note"], NOTICED]


def test_of_an_import_that_failed_nothing_counts_as_written(member: User, files: Path, monkeypatch):
    load_instead(monkeypatch, half)
    row = imported(member, files)
    assert (row.state, row.rows_written, row.rows_rejected) == (State.FAILED, 0, 2)
    assert not Movie.objects.exists()


def test_an_undoing_that_fails_says_so_until_it_succeeds(member: User, files: Path, monkeypatch):
    def broken(import_id: int) -> None:
        raise ZeroDivisionError("secret")

    with monkeypatch.context() as patched:
        patched.setitem(performing.JOBS, "netflix", replace(NETFLIX, undo=broken))
        row = import_undo(row=imported(member, files), by=member.pk)
    assert (row.to_do, row.undone_at) == (Import.ToDo.UNDO, None)
    assert "not undone yet" in row.reason
    row = import_undo(row=row, by=member.pk)
    assert (row.to_do, bool(row.undone_at), row.reason) == ("", True, "")
