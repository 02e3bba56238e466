"""Many at once on the real servers: every change has one position, after its commit, and its row's in their order."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections

import movieverse
from apps.catalog.models import Event as CatalogEvent
from apps.catalog.models import Movie
from apps.catalog.services import events as catalog_events
from apps.catalog.services import movie_save
from movieverse import processes
from movieverse.exceptions import StoreUnavailable
from movieverse.leases import Holder
from movieverse.outbox import emit
from movieverse.outbox.changes import changes_since
from movieverse.outbox.models import Change
from movieverse.outbox.relay import relay
from movieverse.outbox.stores import outboxes
from tests.factories import make_movie
from tests.outbox.conftest import in_thread

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("committed")]

KINDS = {"reviews": "review", "catalog": "genre"}
both_stores = pytest.mark.parametrize("alias", KINDS)


def happen(alias: str, row: int, then: Callable[[], Any] = lambda: None) -> int:
    """Something becomes of a row. Returns the event's id."""

    @movieverse.atomic(alias)
    def write() -> int:
        events = outboxes()[alias]
        emit([events(kind=KINDS[alias], object_id=row, data={"movie_id": 1})])
        event_id = events.objects.filter(object_id=row).latest("pk").pk  # so it is taken before the commit
        then()
        return event_id

    return write()


class Follower:
    def __init__(self) -> None:
        self.position = 0

    def read(self) -> list[int]:
        rows = list(changes_since(self.position))
        self.position = rows[-1].position if rows else self.position
        return [row.object_id for row in rows]


@both_stores
def test_what_is_committed_out_of_order_is_read_once_by_who_follows(alias: str):
    taken, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        taken.set()
        assert may_commit.wait(15)

    follower = Follower()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_thread(lambda: happen(alias, 1, then=hold)))
        assert taken.wait(15)
        quick_id = happen(alias, 2)
        assert relay(alias) == 1
        assert follower.read() == [2]
        may_commit.set()
        assert slow.result() < quick_id
    assert relay(alias) == 1
    assert follower.read() == [1]
    assert follower.read() == []
    assert list(Change.objects.order_by("position").values_list("position", "object_id")) == [(1, 2), (2, 1)]


@both_stores
@pytest.mark.parametrize("with_leases", [True, False])
def test_of_several_relays_each_event_gets_one_position(alias: str, with_leases: bool):
    rows = list(range(1, 201))
    model = outboxes()[alias]
    follower, seen, ready = Follower(), [], threading.Barrier(5)

    def work() -> int:
        ready.wait(15)
        with Holder() as holder:
            return sum(relay(alias, holder if with_leases else None) for _ in range(3))

    def write() -> None:
        ready.wait(15)
        for row in rows:
            happen(alias, row)

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(in_thread(task)) for task in (work, work, work, write)]
        ready.wait(15)
        while not all(task.done() for task in running):
            seen += follower.read()
        for task in running:
            task.result()
    relay(alias)
    seen += follower.read()
    assert seen == rows  # one thread has written them: their ids, so their positions, are in its order
    assert list(Change.objects.order_by("position").values_list("position", flat=True)) == rows
    assert not model.objects.exists()


def test_two_stores_events_share_one_order_without_gaps():
    def work(alias: str) -> None:
        for row in range(1, 41):
            happen(alias, row)
            relay(alias)

    with ThreadPoolExecutor(2) as pool:
        for task in [pool.submit(in_thread(lambda alias=alias: work(alias))) for alias in KINDS]:
            task.result()
    assert list(Change.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 81))
    for alias in KINDS:
        of_store = Change.objects.filter(store=alias).order_by("position")
        assert list(of_store.values_list("object_id", flat=True)) == list(range(1, 41))


def test_ids_of_one_movies_events_grow_with_its_versions(committed, monkeypatch: pytest.MonkeyPatch):
    committed(Movie)
    movie = make_movie("Heat")
    CatalogEvent.objects.all().delete()
    emitted = threading.local()

    def recording(events: list[CatalogEvent]) -> None:
        emit(events)
        emitted.id = events[-1].pk

    monkeypatch.setattr(catalog_events, "emit", recording)

    def write(number: int) -> list[tuple[int, int]]:
        made: list[tuple[int, int]] = []
        while len(made) < 5:
            changed = Movie.objects.get(pk=movie.pk)
            changed.tagline = f"{number} {len(made)}"
            with suppress(StoreUnavailable):  # the others were quicker, again and again
                made.append((movie_save(movie=changed).version, emitted.id))
        return made

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(in_thread(lambda number=number: write(number))) for number in range(8)]
        made = sorted(pair for task in running for pair in task.result())
    assert [version for version, _ in made] == list(range(2, 42))
    ids = [event_id for _, event_id in made]
    assert ids == sorted(ids)
    relay("catalog")
    assert list(Change.objects.order_by("position").values_list("event_id", flat=True)) == ids


def test_a_process_goes_on_where_a_server_has_closed_its_connection(monkeypatch: pytest.MonkeyPatch):
    rounds, counted = iter(range(2)), []

    def one_round() -> float:
        if next(rounds, None) is None:
            raise KeyboardInterrupt
        counted.append(happen("reviews", 1) and relay("reviews"))
        for alias in ("default", "reviews"):
            _have_closed(alias)
        return 0.1

    monkeypatch.setattr(processes.signal, "signal", lambda *args: None)
    processes.run_rounds("test", one_round)
    assert counted == [1, 1]


def _have_closed(alias: str) -> None:
    """By the server, as a restart would: from another connection."""
    own = "SELECT pg_backend_pid()" if connections[alias].vendor == "postgresql" else "SELECT connection_id()"
    kill = "SELECT pg_terminate_backend(%s)" if connections[alias].vendor == "postgresql" else "KILL %s"
    with connections[alias].cursor() as cursor:
        cursor.execute(own)
        (pid,) = cursor.fetchone()
    other = connections[alias].copy()
    with other.cursor() as cursor:
        cursor.execute(kill, [pid])
    other.close()
