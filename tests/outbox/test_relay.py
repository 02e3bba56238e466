"""Every event arrives, in its row's order; what cannot, is tried again and then left to people."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.catalog.models import Event as CatalogEvent
from apps.reviews.models import Event
from movieverse.exceptions import StoreUnavailable
from movieverse.leases import Holder
from movieverse.outbox import relay as relaying
from movieverse.outbox import services
from movieverse.outbox.models import Change
from movieverse.outbox.relay import LONGEST_ERROR, MOST_ATTEMPTS, relay, relay_all
from tests.outbox.conftest import Recorded, happen, listen, logged, waiting

pytestmark = pytest.mark.usefixtures("stores")


def due_now() -> None:
    Event.objects.update(due_at=None)


def test_an_event_is_handled_logged_and_forgotten(handled):
    happen(1, 2)
    happen(1)
    assert relay("reviews") == 3
    assert handled.calls == [[1, 2, 1]]
    assert logged() == [1, 2, 1]
    assert waiting() == []
    assert relay("reviews") == 0


def test_every_outbox_is_relayed_and_what_is_nobodys_business_is_not_logged(handled):
    from apps.accounts.models import Event as AccountsEvent

    AccountsEvent.objects.create(kind="user", object_id=7)
    CatalogEvent.objects.create(kind="genre", object_id=8)
    happen(9)
    assert relay_all() == 3
    assert sorted(logged()) == [8, 9]


def test_a_crash_before_the_events_are_forgotten_delivers_them_again_and_doubles_nothing(handled, monkeypatch):
    happen(1, 2)

    def crash(*args: object) -> None:
        append(*args)
        raise RuntimeError("killed")

    append = relaying.append
    with monkeypatch.context() as patched:
        patched.setattr(relaying, "append", crash)
        with pytest.raises(RuntimeError):
            relay("reviews")
    happen(3)
    relay("reviews")
    assert handled.calls == [[1, 2], [1, 2, 3]]
    assert logged() == [1, 2, 3]
    assert list(Change.objects.values_list("position", flat=True)) == [1, 2, 3]


def test_the_order_of_a_row_holds_across_kinds_and_batches(monkeypatch):
    seen: list[tuple[str, int]] = []
    for kind in ("review", "tags"):
        listen(monkeypatch, lambda events: seen.extend((event.kind, event.pk) for event in events), kind=kind)
    monkeypatch.setattr(relaying, "BATCH", 2)
    for kind in ("review", "tags", "review", "review", "tags"):
        Event.objects.create(kind=kind, object_id=1)
    assert relay("reviews") == 5
    assert [pk for _, pk in seen] == sorted(pk for _, pk in seen)
    assert [kind for kind, _ in seen] == ["review", "tags", "review", "review", "tags"]


def test_in_a_batch_only_what_fails_is_held_up_and_what_follows_it_of_its_row(handled):
    handled.failing[2] = ValueError("not this one")
    happen(1, 2, 3, 2, 4)
    assert relay("reviews") == 3
    assert logged() == [1, 3, 4]
    assert waiting() == [2, 2]
    first, second = Event.objects.order_by("pk")
    assert (first.attempts, first.error) == (1, "ValueError: not this one")
    assert (second.attempts, second.error) == (0, "")


def test_who_has_no_more_time_leaves_the_rest_to_the_next_pass(handled, monkeypatch):
    monkeypatch.setattr(relaying, "BATCH", 2)
    happen(1, 2, 3)
    assert relay("reviews", seconds=0) == 2
    assert waiting() == [3]
    assert relay("reviews", seconds=0) == 1


def test_without_time_one_that_fails_is_left_and_those_behind_it_come_next(handled, monkeypatch):
    monkeypatch.setattr(relaying, "BATCH", 1)
    handled.failing[1] = ValueError("not yet")
    happen(1, 1, 2, 3)
    assert relay("reviews", seconds=0) == 0
    assert handled.given == [1]
    Event.objects.filter(attempts=1).update(due_at=timezone.now() + timedelta(hours=1))  # however slow this machine is
    assert relay("reviews", seconds=0) == 1
    assert waiting() == [1, 1, 3]


def test_later_events_of_a_row_wait_until_the_failing_one_is_due_and_done(handled):
    handled.failing[2] = ValueError("not yet")
    happen(2)
    relay("reviews")
    happen(2, 3)
    handled.failing.clear()
    assert relay("reviews") == 1
    assert logged() == [3]
    due_now()
    assert relay("reviews") == 2
    assert logged() == [3, 2, 2]


def test_one_of_several_handlers_failing_has_all_called_again(monkeypatch):
    first, second = Recorded(), Recorded()
    listen(monkeypatch, first, second)
    second.failing[1] = ValueError("no")
    happen(1)
    relay("reviews")
    second.failing.clear()
    due_now()
    relay("reviews")
    assert logged() == [1]
    assert first.given[-1] == second.given[-1] == 1


def test_the_wait_grows_until_it_is_a_dead_letter_that_lets_later_ones_pass(handled):
    handled.failing[1] = ValueError("never")
    happen(1)
    waits = []
    for _ in range(MOST_ATTEMPTS):
        due_now()
        before = timezone.now()
        relay("reviews")
        waits.append(round((Event.objects.get().due_at - before).total_seconds()))
    assert waits == [2**number for number in range(MOST_ATTEMPTS)]
    dead = Event.objects.get()
    assert (dead.attempts, dead.state, dead.error) == (MOST_ATTEMPTS, Event.State.DEAD, "ValueError: never")
    handled.failing.clear()
    due_now()
    happen(1)
    assert relay("reviews") == 1
    assert waiting() == [1]
    assert logged() == [1, 1]


def test_a_dead_letter_that_is_retried_is_done_and_keeps_its_reason_until_then(handled):
    handled.failing[1] = ValueError("still")
    happen(1, 2)
    Event.objects.filter(object_id=1).update(attempts=MOST_ATTEMPTS, dead_at=timezone.now(), error="ValueError: once")
    relay("reviews")
    assert waiting() == [1]
    assert services.retry(events=Event.objects.all()) == 1
    event = Event.objects.get()
    assert (event.attempts, event.state, event.error) == (0, Event.State.WAITING, "ValueError: once")
    relay("reviews")
    assert Event.objects.get().error == "ValueError: still"
    handled.failing.clear()
    services.retry(events=Event.objects.all())
    assert relay("reviews") == 1
    assert logged() == [2, 1]


def test_a_discarded_event_reaches_no_handler_and_its_change_stays_in_the_log(handled):
    happen(1, 2)
    services.discard(event=Event.objects.get(object_id=1))
    relay("reviews")
    assert (handled.given, logged()) == ([2], [1, 2])


def test_a_store_that_is_away_is_nobodys_fault_and_keeps_only_its_own_events(handled, monkeypatch):
    other = Recorded()
    listen(monkeypatch, other, kind="tags")
    monkeypatch.setattr(relaying, "BATCH", 2)
    handled.failing = {row: StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused") for row in (1, 2, 3)}
    for kind, row in (("review", 1), ("tags", 7), ("review", 2), ("review", 1), ("tags", 8), ("review", 3)):
        Event.objects.create(kind=kind, object_id=row)
    assert relay("reviews") == 2
    assert handled.calls == [[1]]  # once a pass: each time it would wait for the store again
    assert logged() == other.given == [7, 8]
    assert set(Event.objects.values_list("attempts", "due_at", "error")) == {(0, None, "")}
    handled.failing.clear()
    assert relay("reviews") == 4
    assert handled.given[1:] == [1, 2, 1, 3]


def test_the_log_has_a_line_a_minute_for_a_store_that_is_away(handled, monkeypatch, caplog):
    monkeypatch.setattr("movieverse.processes._warned", {})
    handled.failing[1] = StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "refused")
    happen(1)
    for _ in range(5):
        relay("reviews")
    assert [record.getMessage() for record in caplog.records if "does not answer" in record.getMessage()] == [
        str(handled.failing[1])
    ]


def test_any_reason_can_be_kept(handled):
    handled.failing[1] = ValueError("\0" + "é" * 5_000)
    happen(1)
    relay("reviews")
    error = Event.objects.get().error
    assert error.startswith("ValueError: éé")
    assert len(error) <= LONGEST_ERROR


def test_what_somebody_else_has_done_meanwhile_may_fail_here(handled, monkeypatch):
    def done_elsewhere(events: list[Event]) -> None:
        Event.objects.all().delete()
        raise ValueError("too late")

    listen(monkeypatch, done_elsewhere)
    happen(1)
    assert relay("reviews") == 0
    assert waiting() == []


def test_who_has_no_lease_leaves_the_outbox_to_who_has_it(handled):
    happen(1)
    first, second = Holder(), Holder()
    assert first.take("relay reviews", timedelta(seconds=10))
    assert relay("reviews", second) == 0
    assert relay("reviews", first) == 1


def test_an_idle_relay_writes_nothing(django_assert_num_queries):
    holder = Holder()
    with django_assert_num_queries(0, using="default"):
        assert relay("reviews", holder) == 0


def test_what_comes_while_a_pass_goes_on_is_the_next_one_s(monkeypatch):
    monkeypatch.setattr("movieverse.outbox.relay.BATCH", 2)
    once_more = iter(range(100, 200))
    listen(monkeypatch, lambda events: happen(next(once_more)))
    happen(1, 2, 3)
    assert relay("reviews") == 3
    assert waiting() == [100, 101]


def test_a_change_stands_in_the_log_even_if_its_event_cannot_be_delivered(handled, monkeypatch):
    monkeypatch.setattr("movieverse.outbox.relay.MOST_ATTEMPTS", 1)
    handled.failing = {1: ValueError(), 2: ValueError()}
    happen(1)
    relay("reviews")
    assert logged() == [1]
    monkeypatch.setattr("movieverse.outbox.relay.MOST_ATTEMPTS", 9)
    happen(2)
    relay("reviews")
    services.discard(event=Event.objects.get(object_id=2))
    services.retry(events=Event.objects.filter(object_id=1))
    handled.failing = {}
    relay("reviews")
    assert logged() == [1, 2]
    assert waiting() == []
