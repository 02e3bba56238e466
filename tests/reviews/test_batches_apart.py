"""Ratings that come into a table apart, where nobody has rated yet: on the servers."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from unittest.mock import Mock

import pytest
from django.db import connections

from apps.catalog.models import Movie
from apps.reviews import services, stores
from apps.reviews.models import Rater, Rating, RatingBatch, RatingChange, RatingChunk, RatingSummary
from apps.reviews.selectors import summary_of
from apps.reviews.services.batches import apart
from movieverse.bulk import Counts
from tests.reviews.batches import brought, frame, load, show

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif("connections['reviews'].vendor == 'sqlite'", reason="It has none."),
]


@pytest.fixture(autouse=True)
def data(committed) -> None:
    committed(Rating, RatingChange, RatingChunk, RatingBatch, RatingSummary, Rater, Movie)


def structure() -> tuple[set[str], str]:
    """The table's indexes and constraints, and what numbers its rows."""
    if connections["reviews"].vendor == "mysql":
        ((_, definition),) = execute("SHOW CREATE TABLE reviews_rating")
        return set(re.sub(r" AUTO_INCREMENT=\d+", "", definition).splitlines()), ""
    indexes = execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'reviews_rating'")
    constraints = execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'reviews_rating'::regclass"
    )
    ((sequence,),) = execute("SELECT pg_get_serial_sequence('reviews_rating', 'id')")
    return {definition for (definition,) in (*indexes, *constraints)}, sequence


def execute(statement: str) -> Sequence[tuple[str, ...]]:
    with connections["reviews"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else ()


def tables() -> list[str]:
    names = connections["reviews"].introspection.table_names()
    return [name for name in names if name.endswith(("_apart", "_left"))]


def test_nobody_has_rated_yet_so_ratings_come_apart_and_the_table_is_the_same_after(heat):
    before = structure()
    assert load("1", frame(("a", heat.pk, 8))) == [Counts(created=1)]
    assert tables() == ["reviews_rating_apart"]
    show("1")
    assert (structure(), tables()) == (before, [])
    assert Rating.shown.get().value == 8


def test_what_members_write_meanwhile_comes_along_with_its_ids_and_none_is_given_twice(heat):
    load("1", frame(("a", heat.pk, 8), ("b", heat.pk, 6)))
    first, changed, gone = (services.rating_set(user_id=user, movie_id=heat.pk, value=2)[0] for user in (1, 2, 3))
    services.rating_set(user_id=2, movie_id=heat.pk, value=4)
    services.rating_delete(user_id=3, movie_id=heat.pk)
    show("1")
    last, _ = services.rating_set(user_id=4, movie_id=heat.pk, value=10)
    assert summary_of(heat.pk).numbers == (5, 30, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    assert {first.pk, changed.pk} < set(Rating.objects.values_list("pk", flat=True))
    assert last.pk > max(Rating.objects.exclude(pk=last.pk).values_list("pk", flat=True))
    assert gone.pk not in Rating.objects.values_list("pk", flat=True)


@pytest.mark.parametrize("within", [120, 0], ids=["in its place", "copied"])
def test_who_rates_while_the_rows_find_their_place_waits_and_is_counted(heat, monkeypatch, within):
    monkeypatch.setattr(apart, "_WITHIN", within)
    if connections["reviews"].vendor == "mysql":
        monkeypatch.setattr("apps.reviews.stores.apart.mysql._AT_ONCE", 1)
    load("1", frame(*((str(rater), heat.pk, 8) for rater in range(50))))
    wrote, stopped = [], threading.Event()

    def write() -> None:
        try:
            while not stopped.is_set():
                services.rating_set(user_id=1 + len(wrote), movie_id=heat.pk, value=2)
                wrote.append(1)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(wrote) < 5 and writer.is_alive():
            time.sleep(0.01)
        show("1")
    finally:
        stopped.set()
        writer.join()
    assert len(wrote) >= 5
    assert tables() == []
    assert summary_of(heat.pk).count == 50 + len(wrote) == Rating.shown.count()


def test_somebody_who_reads_for_long_holds_it_up_and_nothing_is_lost(heat):
    load("1", frame(("a", heat.pk, 8)))
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        with connections["reviews"].cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT COUNT(*) FROM reviews_rating")
            reading.set()
            done.wait(30)
        connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(30)
    threading.Timer(1, done.set).start()
    start = time.monotonic()
    show("1")
    assert time.monotonic() - start > 0.9
    reader.join()
    assert Rating.shown.count() == 1


def test_a_table_that_is_not_to_be_had_gets_the_rows_and_greater_ids_after_them(heat, monkeypatch):
    before = structure()
    load("1", frame(("a", heat.pk, 8)))
    member, _ = services.rating_set(user_id=1, movie_id=heat.pk, value=2)
    monkeypatch.setattr(apart, "_WITHIN", 0)
    show("1")
    assert (structure(), tables()) == (before, [])
    later, _ = services.rating_set(user_id=2, movie_id=heat.pk, value=4)
    assert summary_of(heat.pk).numbers == (3, 14, [0, 1, 0, 1, 0, 0, 0, 1, 0, 0])
    brought_id = Rating.objects.get(batch_id__isnull=False).pk
    assert member.pk < brought_id < later.pk
    assert services.batch_withdraw(key="1") == []
    assert summary_of(heat.pk).count == 2


def test_two_workers_make_it_one_table_once(heat):
    load("1", frame(*((str(rater), heat.pk, 8) for rater in range(500))))
    with ThreadPoolExecutor(2) as workers:
        done = [workers.submit(shown_by_a_worker) for _ in range(2)]
    assert [one.exception() for one in done] == [None, None]
    assert (tables(), summary_of(heat.pk).count) == ([], 500)


def test_what_another_worker_has_settled_and_shown_meanwhile_stays_as_it_is(heat, monkeypatch):
    load("1", frame(("a", heat.pk, 8)))
    real, seen = apart._make_ready, []

    def overtaken(check: Callable[[], None]) -> None:
        if not seen:
            seen.append(1)
            show("1")
        real(check)

    monkeypatch.setattr(apart, "_make_ready", overtaken)
    show("1")
    assert (tables(), summary_of(heat.pk).count) == ([], 1)


def shown_by_a_worker() -> None:
    try:
        show("1")
    finally:
        connections.close_all()


def test_who_has_cancelled_meanwhile_sees_nothing_shown(heat):
    def cancel() -> None:
        raise KeyboardInterrupt

    load("1", frame(("a", heat.pk, 8)))
    with pytest.raises(KeyboardInterrupt):
        services.batch_show(batch=RatingBatch.objects.get(), check=cancel)
    assert tables() == ["reviews_rating_apart"]
    assert services.batch_withdraw(key="1") == []
    assert (tables(), Rating.objects.count()) == ([], 0)


def test_withdrawn_before_it_is_shown_a_batch_leaves_no_table(heat):
    load("1", frame(("a", heat.pk, 8)))
    assert services.batch_withdraw(key="1") == []
    assert (tables(), Rating.objects.count(), Rater.objects.count()) == ([], 0, 0)


def test_shown_and_withdrawn_a_batch_leaves_the_table_to_the_next_one(heat):
    for key in ("1", "2"):
        assert load(key, frame(("a", heat.pk, 8))) == [Counts(created=1)]
        assert tables() == ["reviews_rating_apart"]
        show(key)
        assert services.batch_withdraw(key=key) == []
    assert not Rating.objects.exists()


OF_MYSQL = pytest.mark.skipif("connections['reviews'].vendor != 'mysql'", reason="Elsewhere it is one transaction.")


@OF_MYSQL
def test_what_came_along_in_an_attempt_in_vain_comes_as_it_is_by_then(heat, monkeypatch):
    kind, seen = type(apart.table()), []
    real = kind._is_renaming
    monkeypatch.setattr(kind, "_is_renaming", lambda *args: bool(seen) and real(*args))

    def change() -> None:
        if not seen and "reviews_rating_left" in tables():
            seen.append(1)
            services.rating_delete(user_id=1, movie_id=heat.pk)
            services.rating_set(user_id=2, movie_id=heat.pk, value=4)

    load("1", frame(("a", heat.pk, 8)))
    for user in (1, 2):
        services.rating_set(user_id=user, movie_id=heat.pk, value=2)
    services.batch_show(batch=RatingBatch.objects.get(), check=change)
    assert (seen, tables()) == ([1], [])
    assert summary_of(heat.pk).numbers == (2, 12, [0, 0, 0, 1, 0, 0, 0, 1, 0, 0])
    assert Rating.objects.count() == 2


@OF_MYSQL
def test_killed_while_it_holds_the_table_a_worker_leaves_it_as_it_was(heat, monkeypatch):
    before = structure()
    load("1", frame(("a", heat.pk, 8)))
    services.rating_set(user_id=1, movie_id=heat.pk, value=2)
    with monkeypatch.context() as patch:
        patch.setattr(type(apart.table()), "_is_renaming", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            show("1")
    services.rating_set(user_id=2, movie_id=heat.pk, value=4)
    assert structure() == before
    assert Rating.shown.count() == 2
    show("1")
    assert (structure(), tables()) == (before, [])
    assert summary_of(heat.pk).numbers == (3, 14, [0, 1, 0, 1, 0, 0, 0, 1, 0, 0])


@pytest.mark.parametrize("within", [120, 0], ids=["in its place", "copied"])
def test_killed_before_it_is_noted_where_the_rows_are_they_are_there_once(heat, monkeypatch, within):
    before = structure()
    load("1", frame(("a", heat.pk, 8)))
    services.rating_set(user_id=1, movie_id=heat.pk, value=2)
    with monkeypatch.context() as patch:
        patch.setattr(apart, "_WITHIN", within)
        patch.setattr(apart, "_note", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            show("1")
    assert not Rating.shown.filter(user_id__lt=0).exists()
    assert Rating.shown.count() == 1
    show("1")
    assert (structure(), tables()) == (before, [])
    assert summary_of(heat.pk).numbers == (2, 10, [0, 1, 0, 0, 0, 0, 0, 1, 0, 0])
    assert services.batch_withdraw(key="1") == []
    assert Rating.objects.count() == 1


def test_killed_before_it_is_noted_where_the_rows_are_they_can_be_taken_out(heat, monkeypatch):
    load("1", frame(("a", heat.pk, 8)))
    services.rating_set(user_id=1, movie_id=heat.pk, value=2)
    with monkeypatch.context() as patch:
        patch.setattr(apart, "_note", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            show("1")
    assert services.batch_withdraw(key="1") == []
    assert (tables(), Rating.objects.get().user_id) == ([], 1)


def test_the_same_ratings_again_change_nothing(heat):
    for key, counts in (("1", Counts(created=1)), ("2", Counts(unchanged=1))):
        assert brought(key, frame(("a", heat.pk, 8))) == [counts]
    assert summary_of(heat.pk).numbers == (1, 8, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0])


def test_killed_between_table_and_summaries_a_batch_is_shown_by_the_next_worker(heat, monkeypatch):
    from apps.reviews.services.batches import showing

    load("1", frame(("a", heat.pk, 8)))
    with monkeypatch.context() as patch:
        patch.setattr(showing, "_show", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            show("1")
    assert not Rating.shown.exists()
    show("1")
    assert summary_of(heat.pk).count == 1


@pytest.mark.skipif("connections['reviews'].vendor != 'postgresql'", reason="There one chunk comes after the other.")
def test_chunks_with_a_rater_in_common_do_not_wait_for_each_other(heat, alien, monkeypatch):
    """As the order of a file mostly gives one rater to two of them, loaded side by side."""
    held, go_on, add_rows = threading.Event(), threading.Event(), stores.load

    def load_slowly(*args: object) -> int:
        if not held.is_set():
            held.set()
            assert go_on.wait(20)
        return add_rows(*args)

    monkeypatch.setattr(stores, "load", load_slowly)
    with services.batch_loading(key="1") as batch, services.loaders() as loaders:
        one_of = partial(loaders.submit, services.chunk_load, batch=batch, source="movielens")
        first = one_of(number=0, rows=frame(("a", heat.pk, 8)))
        assert held.wait(20)
        assert one_of(number=1, rows=frame(("a", alien.pk, 6))).result(20) == Counts(created=1)
        assert not first.done()
        go_on.set()
        assert first.result(20) == Counts(created=1)
    show("1")
    assert Rating.shown.values("user_id").distinct().count() == 1


MORE = [
    ("postgresql", "GRANT SELECT ON reviews_rating TO PUBLIC", "REVOKE SELECT ON reviews_rating FROM PUBLIC"),
    ("postgresql", "CREATE VIEW high AS SELECT * FROM reviews_rating WHERE value > 8", "DROP VIEW high"),
    ("postgresql", "CREATE INDEX mine ON reviews_rating (created_at)", "DROP INDEX mine"),
    (
        "mysql",
        "CREATE TRIGGER mine BEFORE UPDATE ON reviews_rating FOR EACH ROW SET NEW.withheld = 0",
        "DROP TRIGGER mine",
    ),
    (
        "mysql",
        "CREATE TABLE mine (rating_id bigint, FOREIGN KEY (rating_id) REFERENCES reviews_rating (id))",
        "DROP TABLE mine",
    ),
    ("mysql", "CREATE INDEX mine ON reviews_rating (created_at)", "DROP INDEX mine ON reviews_rating"),
]


@pytest.mark.parametrize(
    ("vendor", "make", "drop"), MORE, ids=["rights", "a view", "an index", "a trigger", "a reference", "index"]
)
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_table_that_more_hangs_on_keeps_its_place(heat, monkeypatch, vendor, make, drop, when):
    if connections["reviews"].vendor != vendor:
        pytest.skip(f"This hangs on tables of {vendor}.")
    taken = Mock(side_effect=AssertionError)
    monkeypatch.setattr(type(apart.table()), "take_place", taken)
    before = structure()
    if when == "before":
        execute(make)
    try:
        load("1", frame(("a", heat.pk, 8)))
        assert bool(tables()) == (when == "meanwhile")
        if when == "meanwhile":
            execute(make)
        show("1")
    finally:
        execute(drop)
    assert (structure(), tables()) == (before, [])
    assert Rating.shown.count() == 1
