"""Rejected rows are kept for a time, and not at all of a member who is gone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import user_delete
from apps.catalog.models import Movie
from apps.imports.jobs import prune_rejected_rows
from apps.imports.models import Import, RejectedRow
from apps.imports.running import performing
from apps.imports.running.rejecting import Rejected
from apps.imports.selectors import rejected_csv
from apps.imports.services import rows_kept
from apps.imports.services.imports import NotPossible, import_files, import_retry
from apps.imports.services.rows import row_edit
from movieverse.outbox.relay import relay_all
from tests.factories import make_user
from tests.imports.jobs import imported
from tests.imports.netflix_files import TAXI_DRIVER, title, written


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    """Two of three films cannot be used."""
    settings.REJECTED_ROWS_KEPT_DAYS = 30
    bad = [title("tm1", "Heat", runtime="x", release_year="z"), title("tm2", "Thief", runtime="y")]
    return written(tmp_path / "titles.csv", [TAXI_DRIVER, *bad])


def ended(row: Import, days: int) -> Import:
    """As if it had been that long ago."""
    Import.objects.filter(pk=row.pk).update(ended_at=timezone.now() - timedelta(days=days))
    return row


def with_rows() -> set[int]:
    return set(RejectedRow.objects.values_list("imported_id", flat=True))


def gone(user: User) -> None:
    user_delete(user=user)
    relay_all()


# --- For how long ---------------------------------------------------------------------------------


def test_rows_of_an_import_that_ended_long_ago_go_and_its_counts_stay(member: User, files: Path, monkeypatch):
    monkeypatch.setattr(rows_kept, "_AT_ONCE", 1)
    old, young = ended(imported(member, files), 31), ended(imported(member, files), 29)
    running = Import.objects.create(dataset="netflix", by=member)
    RejectedRow.objects.create(imported=running, line=2)
    prune_rejected_rows()
    assert with_rows() == {young.pk, running.pk}
    old.refresh_from_db()
    assert (old.rows_rejected, old.counts["movies"]["created"]) == (2, 1)


def test_what_is_left_of_them_is_empty_lists(desk: APIClient, curator: User, files: Path):
    row = ended(imported(curator, files), 31)
    prune_rejected_rows()
    assert desk.get(f"/api/v1/imports/{row.pk}/rows/").json()["results"] == []
    assert desk.get(f"/api/v1/imports/{row.pk}/").json()["rows"]["rejected"] == 2
    assert "".join(rejected_csv(row)).count("\n") == 1
    with pytest.raises(NotPossible, match="no rejected rows"):
        import_retry(row=row, by=curator.pk)


def test_rows_stay_for_as_long_as_those_of_a_retry_of_them(member: User, files: Path):
    """Or of a retry of that: what was put right for the first is not in its rows."""
    first = imported(member, files)
    row_edit(row=first.rejected_rows.get(line=3), cells={"runtime": "170"}, version=None)
    again = import_retry(row=first, by=member.pk)
    third = import_retry(row=again, by=member.pk)
    ended(first, 90), ended(again, 60)
    prune_rejected_rows()
    assert with_rows() == {first.pk, again.pk, third.pk}
    row_edit(row=third.rejected_rows.get(line=3), cells={"release_year": "1995"}, version=None)
    assert import_retry(row=third, by=member.pk).counts["movies"]["created"] == 1
    assert Movie.objects.get(title="Heat").runtime == 170
    Import.objects.update(ended_at=timezone.now() - timedelta(days=31))
    prune_rejected_rows()
    assert with_rows() == set()


# --- Of whom --------------------------------------------------------------------------------------


def test_rows_of_a_member_who_is_gone_go_as_well_and_nobody_elses(member: User, files: Path):
    other, commands = imported(make_user("other"), files), import_files(paths=[files])
    performing.perform(commands.pk)
    row = imported(member, files)
    assert with_rows() == {row.pk, other.pk, commands.pk}
    gone(member)
    assert with_rows() == {other.pk, commands.pk}
    row.refresh_from_db()
    assert (row.by, row.rows_rejected) == (None, 2)


def test_of_a_member_who_goes_while_the_import_is_running_no_row_is_kept(member: User, files: Path, monkeypatch):
    def erased_meanwhile(job: Any) -> None:
        gone(member)
        told = {"kind": "movies", "file": "titles.csv", "line": 3, "column": "runtime", "value": "x"}
        job.reject(Rejected(**told, reason="is not a number", cells={"title": "Heat"}))

    netflix = performing.JOBS["netflix"]
    monkeypatch.setitem(performing.JOBS, "netflix", replace(netflix, load=erased_meanwhile))
    row = imported(member, files)
    assert (row.state, row.by, row.rows_rejected, with_rows()) == (Import.State.COMPLETED, None, 1, set())


def test_a_storage_that_is_away_does_not_let_rows_stay(member: User, files: Path, monkeypatch):
    """The event waits until it can be handled as a whole."""
    row = imported(member, files)
    with monkeypatch.context() as patched:
        patched.setattr("apps.imports.services.converted.default_storage", None)
        gone(member)
    assert with_rows() == {row.pk}
    relay_all()
    assert with_rows() == set()
