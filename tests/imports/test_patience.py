"""What becomes of an import while a store is away, and when something else goes wrong."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from apps.accounts.models import User
from apps.catalog.loading import MovieLoader
from apps.catalog.loading.races import Overtaken
from apps.catalog.models import Movie
from apps.imports.models import Import
from apps.imports.running import held, performing
from apps.imports.running import job as jobs
from apps.imports.running.rejecting import Rejected, with_cells
from apps.imports.services.imports import conversion_create, import_cancel, import_files, import_undo, imports_wake
from apps.reviews.models import RatingBatch
from movieverse.engines import breaker
from tests.factories import make_movie
from tests.imports.jobs import imported, uploaded
from tests.imports.netflix_files import OUR_PLANET, TAXI_DRIVER, written

State = Import.State


@pytest.fixture
def titles(tmp_path: Path) -> Path:
    return written(tmp_path / "titles.csv", [TAXI_DRIVER, OUR_PLANET | {"runtime": "x"}])


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is told of it at each wait, which take no time."""
    told: list[Any] = []

    def wait(self: held.Held, seconds: float) -> None:
        told.append((seconds, Import.objects.get(pk=self.import_id).waiting_for))
        breaker.forget()

    monkeypatch.setattr(held.Held, "wait", wait)
    return told


def failing(monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception], times: int) -> None:
    """A load that fails so often once it has written something."""
    load, left = MovieLoader.load, [None] * times

    def once_more(self: MovieLoader, records: Any) -> None:
        load(self, records)
        if left:
            left.pop()
            raise error()

    monkeypatch.setattr(MovieLoader, "load", once_more)


def away() -> Exception:
    return connections["catalog"].unavailable("secret-host refused")


def test_a_store_that_is_away_for_a_moment_is_waited_for(member: User, titles, waits, monkeypatch):
    failing(monkeypatch, away, times=3)
    row = imported(member, titles)
    assert waits == [(1, "catalog"), (2, "catalog"), (4, "catalog")]
    assert (row.state, row.waiting_for, row.rows_read, row.attempts) == (State.COMPLETED, "", 2, 4)
    assert row.counts["movies"]["rejected"] == row.rejected_rows.count() == 1
    assert Movie.objects.count() == 1


def test_a_store_that_stays_away_fails_the_import_without_naming_its_host(member: User, titles, waits, monkeypatch):
    failing(monkeypatch, away, times=1_000)
    row = imported(member, titles)
    assert row.reason == "The catalog store did not answer for 10 minutes. Retry the import when it does."
    assert (row.state, row.is_clean) == (State.FAILED, True)
    assert sum(seconds for seconds, _ in waits) == 615


def test_others_who_load_the_same_are_given_way(member: User, titles, waits, monkeypatch):
    failing(monkeypatch, Overtaken, times=2)
    assert imported(member, titles).state == State.COMPLETED


def test_a_defect_is_logged_and_told_without_its_words(member: User, titles, caplog, monkeypatch):
    failing(monkeypatch, lambda: ZeroDivisionError("secret"), times=1)
    row = imported(member, titles)
    assert row.state == State.FAILED
    assert "Something went wrong on our side" in row.reason
    assert "secret" not in row.reason
    assert "secret" in caplog.text


def test_what_cannot_be_cleaned_up_now_is_cleaned_up_later(member: User, titles, waits, monkeypatch):
    def broken(import_id: int) -> None:
        raise away()

    failing(monkeypatch, ZeroDivisionError, times=1)
    netflix = performing.JOBS["netflix"]
    with monkeypatch.context() as patched:
        patched.setitem(performing.JOBS, "netflix", _with(netflix, undo=broken))
        row = imported(member, titles)
    assert (row.state, row.is_clean, row.holder) == (State.FAILED, False, "")
    Import.objects.update(woken_at="2020-01-01T00:00Z")
    cleaned: list[int] = []
    monkeypatch.setitem(
        performing.JOBS, "netflix", _with(netflix, undo=lambda import_id: cleaned.append(import_id) or ())
    )
    imports_wake()
    row.refresh_from_db()
    assert (row.is_clean, cleaned) == (True, [row.pk])


def _with(data_set: Any, **fields: Any) -> Any:
    return replace(data_set, **fields)


def answer_lost(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The accounts store has written what is to be done next, but its answer is lost, so often."""
    write, left = held.Held.write, [None] * times

    def once_more(self: held.Held, **fields: Any) -> None:
        write(self, **fields)
        if left and "to_do" in fields:
            left.pop()
            raise connections["default"].unavailable("the connection broke after the commit")

    monkeypatch.setattr(held.Held, "write", once_more)


@pytest.mark.parametrize("times", [1, 1_000])
def test_a_lost_answer_to_the_completion_undoes_nothing(member: User, titles, waits, monkeypatch, times):
    answer_lost(monkeypatch, times)
    row = imported(member, titles)
    assert (row.state, row.to_do, row.holder, row.counts["movies"]["created"]) == (State.COMPLETED, "", "", 1)
    assert Movie.objects.count() == 1


def test_a_lost_answer_to_a_failure_is_a_failure_still(member: User, titles, waits, monkeypatch):
    failing(monkeypatch, ZeroDivisionError, times=1)
    answer_lost(monkeypatch, 1)
    row = imported(member, titles)
    assert (row.state, row.is_clean, Movie.objects.count()) == (State.FAILED, True, 0)


def test_a_worker_that_cannot_renew_its_lease_in_time_ends(member: User, titles, monkeypatch):
    row = held.take(import_files(paths=[titles]).pk)

    def away_by_now(self: held.Held) -> None:
        raise connections["default"].unavailable("secret-host refused")

    monkeypatch.setattr(held, "HEARTBEAT", 0.01)
    monkeypatch.setattr(held, "LEASE", timedelta(seconds=0.05))
    monkeypatch.setattr(held.Held, "_renew", away_by_now)
    row._thread.start()
    assert row._troubled.wait(10)
    row._ended.set()
    row._thread.join()
    with pytest.raises(held.LeaseLost):
        row.check()


def test_what_the_queue_does_not_know_of_is_begun_with_by_the_scheduler(stores, titles):
    row = import_files(paths=[titles])
    imports_wake()
    row.refresh_from_db()
    assert row.state == State.QUEUED, "whoever has asked for it begins with it"
    Import.objects.update(woken_at="2020-01-01T00:00Z")
    imports_wake()
    row.refresh_from_db()
    assert row.state == State.COMPLETED


def test_undoing_lists_what_is_left_as_it_is(member: User, titles, monkeypatch):
    kept = [{"store": "catalog", "kind": "movie", "id": 7, "why": "rated by members"}]
    undone = _with(performing.JOBS["netflix"], undo=lambda import_id: iter(kept))
    monkeypatch.setitem(performing.JOBS, "netflix", undone)
    row = import_undo(row=imported(member, titles), by=member.pk)
    assert (row.kept, row.undone_by, row.to_do) == (kept, member, "")
    assert row.undone_at


def test_a_worker_that_was_away_too_long_writes_nothing_more(member: User, titles, monkeypatch, caplog):
    def overtaken(self: MovieLoader, records: Any) -> None:
        Import.objects.update(holder="another")

    monkeypatch.setattr(MovieLoader, "load", overtaken)
    monkeypatch.setattr("apps.imports.running.job._TOLD_EVERY", 0)
    row = imported(member, titles)
    assert (row.state, row.holder) == (State.STARTED, "another")
    assert "is another worker's by now" in caplog.text


def test_many_rejected_rows_are_kept_as_they_come_and_the_first_of_too_many(member: User, titles, monkeypatch):
    def load(job: Any) -> None:
        for line in range(2, 27):
            job.reject(Rejected(kind="movies", file="a.csv", line=line, column="id", value="x", reason="is not an id"))
        seen.append(Import.objects.get(pk=job.row.pk).rejected_rows.count())

    seen: list[int] = []
    monkeypatch.setattr(jobs, "_REJECTED_AT_ONCE", 10)
    monkeypatch.setattr(jobs, "MOST_KEPT", 22)
    monkeypatch.setitem(performing.JOBS, "netflix", _with(performing.JOBS["netflix"], load=load))
    row = imported(member, titles)
    assert (row.counts["movies"]["rejected"], row.rejected_rows.count(), seen) == (25, 22, [20])
    assert row.findings[-1]["detail"] == "Of the rows that could not be used the first 22 are kept."


def test_the_cells_of_many_rejected_rows_are_looked_up_some_at_a_time(member: User, tmp_path, monkeypatch):
    def looked_up(problems: Any, paths: Any) -> Any:
        at_once.append(len(problems))
        return with_cells(problems, paths)

    at_once: list[int] = []
    monkeypatch.setattr(jobs, "_PROBLEMS_AT_ONCE", 10)
    monkeypatch.setattr(jobs, "MOST_KEPT", 23)
    monkeypatch.setattr(jobs, "with_cells", looked_up)
    file = tmp_path / "table.csv"
    file.write_text("a,b\n" + "".join(f"{number},2,3\n" for number in range(25)))
    row = conversion_create(upload=uploaded(file, member), by=member.pk)
    assert at_once == [10, 10, 3]
    assert [cells["a"] for cells in row.rejected_rows.values_list("cells", flat=True)] == [str(n) for n in range(23)]
    assert (row.rows_rejected, row.findings[-1]["detail"][-27:]) == (25, "used the first 23 are kept.")


@pytest.fixture
def ratings(stores: None, tmp_path: Path) -> Path:
    film = make_movie(title="Heat")
    file = tmp_path / "ratings.csv"
    file.write_text(f"user,rating,movie_id\nann,4.0,{film.pk}\n")
    return file


def of_ratings(file: Path) -> Import:
    return import_files(paths=[file], dataset="ratings", mapping={"movie_id": "movie_id"})


def woken(row: Import) -> Import:
    """By the scheduler, after a while."""
    Import.objects.update(woken_at=timezone.now() - timedelta(minutes=1))
    imports_wake()
    row.refresh_from_db()
    return row


def test_ratings_whose_turn_it_is_not_keep_no_worker_from_those_that_come_first(ratings):
    first, second = of_ratings(ratings), of_ratings(ratings)
    batch = RatingBatch.objects.create(key=str(first.pk), after_id=0)
    dead = {"state": State.STARTED, "holder": "dead", "leased_until": timezone.now() - timedelta(seconds=1)}
    Import.objects.filter(pk=first.pk).update(**dead)
    performing.perform(second.pk)
    second.refresh_from_db()
    assert (second.state, second.waiting_for, second.holder) == (State.STARTED, "turn", "")
    assert woken(first).state == State.COMPLETED
    batch.refresh_from_db()
    assert batch.state == RatingBatch.State.SHOWN
    assert (woken(second).state, second.waiting_for) == (State.COMPLETED, "")
    assert second.counts["ratings"]["unchanged"] == 1


def test_what_waits_for_its_turn_is_woken_when_that_comes_and_can_be_cancelled(ratings):
    waiting = of_ratings(ratings)
    batch = RatingBatch.objects.create(key="0", after_id=0)
    performing.perform(waiting.pk)
    attempts = woken(waiting).attempts
    assert (waiting.waiting_for, attempts) == ("turn", 1)
    assert import_cancel(row=waiting).is_clean
    waiting = of_ratings(ratings)
    performing.perform(waiting.pk)
    batch.delete()
    assert woken(waiting).state == State.COMPLETED


def test_an_import_that_kills_every_worker_fails_in_the_end(stores, titles, monkeypatch):
    def killed(job: Any) -> None:
        raise SystemExit

    row = import_files(paths=[titles])
    monkeypatch.setitem(performing.JOBS, "netflix", _with(performing.JOBS["netflix"], load=killed))
    for _ in range(performing.MOST_LOST):
        with monkeypatch.context() as patched, suppress(SystemExit):
            patched.setattr(held.Held, "__exit__", lambda *args: None)
            performing.perform(row.pk)
        Import.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    row = woken(row)
    assert (row.state, row.is_clean, row.attempts) == (State.FAILED, True, performing.MOST_LOST)
    assert "workers have died at it" in row.reason
