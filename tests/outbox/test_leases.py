"""Of several processes one at a time has a lease, and another one when that has died."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from movieverse import leases
from movieverse.leases import Holder

pytestmark = pytest.mark.usefixtures("stores")

SHORT, LONG = timedelta(seconds=10), timedelta(minutes=5)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass for leases, on a clock of their own."""
    passed = [0.0]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(leases, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    monkeypatch.setattr(leases, "timezone", SimpleNamespace(now=lambda: start + timedelta(seconds=passed[0])))

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


def test_one_has_it_and_the_other_does_not():
    first, second = Holder(), Holder()
    assert first.take("work", LONG)
    assert not second.take("work", LONG)
    assert second.take("other work", LONG)
    assert first.take("work", LONG)


def test_one_that_has_run_out_is_taken_over_and_its_holder_learns_of_it(wait: Callable[[float], None]):
    frozen, other = Holder(), Holder()
    assert frozen.take("work", SHORT)
    wait(11)
    assert other.take("work", LONG)
    assert not frozen.take("work", LONG)


def test_its_holder_keeps_it_by_asking_in_time(wait: Callable[[float], None]):
    holder = Holder()
    for _ in range(5):
        assert holder.take("work", SHORT)
        wait(3)
    assert not Holder().take("work", SHORT)


def test_who_gives_it_back_leaves_it_to_others_at_once():
    with Holder() as holder:
        assert holder.take("work", LONG)
        assert not Holder().take("work", LONG)
    assert Holder().take("work", LONG)


def test_nobody_gives_back_what_somebody_else_has(wait: Callable[[float], None]):
    loser, winner = Holder(), Holder()
    loser.take("work", SHORT)
    wait(11)
    winner.take("work", LONG)
    loser.release("work")
    assert not Holder().take("work", LONG)


def test_who_polls_asks_seldom(django_assert_num_queries):
    holder, other = Holder(), Holder()
    assert holder.take("work", LONG)
    assert not other.take("work", LONG)
    with django_assert_num_queries(0):
        assert [holder.take("work", LONG) for _ in range(5)] == [True] * 5
        assert [other.take("work", LONG) for _ in range(5)] == [False] * 5


def test_who_cannot_give_it_back_ends_all_the_same(monkeypatch):
    def away(self: Holder, name: str) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(Holder, "release", away)
    with Holder() as holder:
        holder.take("work", LONG)
