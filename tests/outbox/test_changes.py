"""The change log for those in this process who follow it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.reviews.models import Event
from movieverse.outbox.changes import Missed, append, change_log, changes_since, prune
from movieverse.outbox.models import Change

pytestmark = pytest.mark.usefixtures("stores")

OLD, NEW = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
RETENTION = datetime(2025, 1, 1, tzinfo=UTC)


def log(*moments: datetime, first: int = 1) -> None:
    append(
        "reviews", [Event(pk=pk, kind="review", object_id=pk, created_at=at) for pk, at in enumerate(moments, first)]
    )


def positions(since: int = 0) -> list[int]:
    return [change.position for change in changes_since(since)]


def test_positions_are_given_without_gaps_and_once():
    log(NEW, NEW)
    log(NEW, NEW, NEW)
    log(first=1)
    assert positions() == [1, 2, 3]
    assert change_log().position == 3


def test_a_store_restored_from_a_backup_may_give_ids_out_again():
    log(NEW, NEW)
    log(NEW + timedelta(seconds=1))
    assert positions() == [1, 2, 3]


def test_a_follower_reads_on_from_where_it_was():
    log(*[NEW] * 5)
    seen, position = [], 0
    while rows := list(changes_since(position)[:2]):
        seen += rows
        position = rows[-1].position
    assert [change.position for change in seen] == [1, 2, 3, 4, 5]


def test_what_is_old_is_forgotten_from_the_start_on_and_without_a_gap():
    log(OLD, OLD, NEW, OLD, NEW)
    assert prune(RETENTION) == 2
    assert positions(2) == [3, 4, 5]
    assert prune(RETENTION) == 0


def test_who_follows_from_before_that_is_told_to_start_over():
    log(OLD, OLD, NEW)
    prune(RETENTION)
    for out_of_reach in (0, 1, 4):
        with pytest.raises(Missed) as missed:
            changes_since(out_of_reach)
        assert missed.value.members == {"kept_since": 2, "position": 3}
    assert positions(2) == [3]


def test_a_reader_who_has_begun_still_finds_what_is_pruned_beneath_it():
    log(OLD, OLD, NEW)
    begun = changes_since(0)
    prune(RETENTION)
    assert [change.position for change in begun] == [1, 2, 3]
    prune(RETENTION)
    assert list(Change.objects.values_list("position", flat=True)) == [3]


def test_positions_go_on_when_all_are_pruned():
    log(OLD, OLD)
    assert prune(RETENTION) == 2
    prune(RETENTION)
    assert not Change.objects.exists()
    assert positions(2) == []
    log(NEW, first=3)
    assert positions(2) == [3]


def test_many_are_pruned_in_parts(monkeypatch):
    monkeypatch.setattr("movieverse.outbox.changes._PRUNED_AT_ONCE", 2)
    log(*[OLD] * 5, NEW)
    prune(RETENTION)
    prune(RETENTION)
    assert positions(5) == [6]
    assert Change.objects.count() == 1


def test_an_empty_log_is_read_and_pruned():
    assert positions() == []
    assert prune(timezone.now() - timedelta(days=1)) == 0
    with pytest.raises(Missed):
        changes_since(1)
