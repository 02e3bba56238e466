"""A worker that was frozen for longer than its lease wakes, and writes before it learns that its import is over.

And what a killed one leaves on the disk.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.loading import MovieLoader
from apps.catalog.models import LoadNote, Movie
from apps.imports.models import Import
from apps.imports.running.files import scratch
from apps.imports.running.performing import perform
from apps.imports.services import converted
from apps.imports.services.imports import conversion_create, import_cancel, import_files, import_undo
from apps.imports.services.leftovers import leftovers_clean
from apps.reviews.models import Rating, RatingBatch
from apps.reviews.services.batches import loading
from tests.imports.jobs import imported, uploaded
from tests.imports.netflix_files import OUR_PLANET, TAXI_DRIVER, written

pytestmark = pytest.mark.usefixtures("stores")

State = Import.State


def frozen(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, meanwhile: Callable[[Import], Any]) -> None:
    """Once, at the beginning of that function; its lease has run out by then."""
    function, left = getattr(where, name), [None]

    def woken(*args: Any, **options: Any) -> Any:
        if left:
            left.pop()
            Import.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
            meanwhile(Import.objects.get())
        return function(*args, **options)

    monkeypatch.setattr(where, name, woken)


def cancelled(row: Import) -> None:
    import_cancel(row=row)
    row.refresh_from_db()
    assert (row.state, row.is_clean, row.holder) == (State.CANCELLED, True, ""), "another worker has cleaned up"


@pytest.fixture
def titles(tmp_path: Path) -> Path:
    return written(tmp_path / "titles.csv", [TAXI_DRIVER, OUR_PLANET])


def test_what_it_loads_into_the_catalogue_is_taken_back(titles, monkeypatch):
    row = import_files(paths=[titles])
    frozen(monkeypatch, MovieLoader, "load", cancelled)
    perform(row.pk)
    assert Movie.objects.exists()
    leftovers_clean()
    row.refresh_from_db()
    assert (row.state, row.to_do, Movie.objects.count(), LoadNote.objects.count()) == (State.CANCELLED, "", 0, 0)


def test_a_batch_that_it_begins_keeps_no_other_from_its_turn(tmp_path, monkeypatch):
    file = tmp_path / "ratings.csv"
    file.write_text("userId,movieId,rating,timestamp\n1,1,4.0,1000\n")
    row = import_files(paths=[file])
    frozen(monkeypatch, loading, "_begun", cancelled)
    perform(row.pk)
    assert RatingBatch.objects.get().turn
    leftovers_clean()
    assert (RatingBatch.objects.get().state, Rating.objects.count()) == (RatingBatch.State.GONE, 0)


def test_what_was_undone_is_undone_again(member: User, titles, monkeypatch):
    def done_and_undone(row: Import) -> None:
        perform(row.pk)
        import_undo(row=row, by=member.pk)

    row = import_files(paths=[titles])
    frozen(monkeypatch, MovieLoader, "load", done_and_undone)
    perform(row.pk)
    assert Movie.objects.exists()
    leftovers_clean()
    row.refresh_from_db()
    assert (bool(row.undone_at), row.to_do, Movie.objects.count()) == (True, "", 0)


def test_of_a_member_who_is_erased_while_a_table_is_converted_nothing_is_kept(member: User, tmp_path, monkeypatch):
    file, store = tmp_path / "table.csv", converted.store
    file.write_text("a,b\n1,2\n")

    def erased_before(row: Import, content: Any) -> None:
        Import.objects.filter(pk=row.pk).update(by=None)
        converted.forget(member.pk)
        store(row, content)

    monkeypatch.setattr(converted, "store", erased_before)
    assert conversion_create(upload=uploaded(file, member), by=member.pk).state == State.COMPLETED
    assert converted.names(member.pk) == []


def test_folders_that_killed_workers_have_left_are_removed_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stale, fresh, others = (tmp_path / name for name in ("movieverse-import-a", "movieverse-import-b", "import-c"))
    for folder in (stale, fresh, others):
        folder.mkdir()
        (folder / "titles.csv").touch()
    for folder in (stale, others):
        os.utime(folder, (0, 0))
    with scratch() as own:
        assert set(tmp_path.iterdir()) == {fresh, others, own}


def test_what_stands_and_what_is_clean_is_left_alone(member: User, titles, monkeypatch):
    stands = imported(member, titles)
    import_cancel(row=import_files(paths=[titles]))
    leftovers_clean()
    assert not Import.objects.exclude(to_do="").exists()
    stands.refresh_from_db()
    assert (stands.state, stands.attempts, Movie.objects.count()) == (State.COMPLETED, 1, 2)
