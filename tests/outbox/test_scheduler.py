"""What must happen by itself does, once, and whatever else fails."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from movieverse import jobs
from movieverse.exceptions import StoreUnavailable
from movieverse.leases import Holder
from movieverse.models import Change, KeptAnswer
from movieverse.outbox.changes import append, change_log
from movieverse.scheduler import JOBS, Job, run_due
from tests.outbox.conftest import happen, logged, waiting

pytestmark = pytest.mark.usefixtures("stores")

SELDOM = timedelta(hours=1)


def nothing() -> None:
    """A job that is quickly done."""


def test_jobs_run_when_they_are_due():
    holder, both = Holder(), [Job("one", nothing, SELDOM), Job("other", nothing, SELDOM)]
    assert run_due(holder, both) == ["one", "other"]
    assert run_due(holder, both) == []
    both[0].due -= SELDOM.total_seconds()  # as much later
    assert run_due(holder, both) == ["one"]


def test_of_two_schedulers_one_works_and_the_other_when_that_has_ended():
    with Holder() as first:
        second, mine, theirs = Holder(), [Job("job", nothing, SELDOM)], [Job("job", nothing, SELDOM)]
        assert run_due(first, mine) == ["job"]
        assert run_due(second, theirs) == []
    assert run_due(Holder(), theirs) == ["job"]


@pytest.mark.parametrize(
    ("error", "level"),
    [(ValueError("no"), logging.ERROR), (StoreUnavailable("catalog", "X", "refused"), logging.WARNING)],
)
def test_one_that_fails_stops_no_other_and_runs_again(caplog, error, level):
    def fail() -> None:
        raise error

    holder, both = Holder(), [Job("bad", fail, SELDOM), Job("good", nothing, SELDOM)]
    for _ in range(2):
        assert run_due(holder, both) == ["bad", "good"]
        for job in both:
            job.due -= SELDOM.total_seconds()
    assert [record.levelno for record in caplog.records if record.getMessage().startswith("bad ")] == [level] * 2


def test_what_a_dead_process_has_left_is_relayed(handled):
    happen(1)
    jobs.relay_what_was_left()
    assert (logged(), waiting()) == ([1], [])


def test_all_that_is_kept_for_a_time_is_pruned(settings):
    from apps.reviews.models import Event

    settings.CHANGES_KEPT_DAYS = 30
    for age in (31, 29):
        at = timezone.now() - timedelta(days=age)
        append("reviews", [Event(pk=age, kind="review", object_id=age, created_at=at)])
    for number in range(250):
        KeptAnswer(key=f"old {number}", claimed_at=timezone.now() - timedelta(hours=25)).save()
    KeptAnswer(key="new", claimed_at=timezone.now()).save()
    jobs.prune_kept_answers()
    jobs.prune_change_log()
    assert change_log().pruned == 1
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["new"]
    jobs.prune_change_log()
    assert list(Change.objects.values_list("object_id", flat=True)) == [29]


def test_there_are_jobs_and_none_has_the_name_of_another():
    names = [job.name for job in JOBS]
    assert {"relay what was left", "prune change log", "prune kept answers", "prune sessions"} <= set(names)
    assert len(set(names)) == len(names)


def test_what_was_left_is_relayed_in_parts_so_that_other_jobs_get_their_turn(monkeypatch):
    monkeypatch.setattr(jobs, "_RELAYING", 0)
    monkeypatch.setattr("movieverse.outbox.relay.BATCH", 1)
    happen(1, 2)
    jobs.relay_what_was_left()
    assert waiting() == [2]
    jobs.relay_what_was_left()
    assert waiting() == []
