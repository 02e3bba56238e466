"""A transaction is written whole, or not at all, whatever becomes of the process."""

import json

import pytest
from django.core.management import call_command
from django.db import DataError, NotSupportedError, connections
from django.db.models import F

from movieverse.engines.firebase.transactions import THEN, finishing
from tests.firebase.things import (  # noqa: F401
    ALIAS,
    THREADS,
    Counted,
    Thing,
    at_once,
    counted,
    elsewhere,
    firebase,
    run,
    store,
    things,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("firebase")


def test_a_transaction_is_written_whole_or_not_at_all():
    things.create(pk="old", number=1)

    def work():
        things.create(pk="new", note="x")
        counted.create(rank=1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(work)
    assert (things.get().pk, counted.count()) == ("old", 0)


def test_a_transaction_sees_what_it_has_written_and_others_do_not():
    things.bulk_create(Thing(pk=f"{number}", group=number % 2, number=number) for number in range(6))
    elsewhere = connections.create_connection(ALIAS)

    def work():
        things.filter(pk__in=["0", "1"]).delete()
        things.filter(group=1).update(number=F("number") + 10)
        counted.create(rank=3)
        things.bulk_create(
            [Thing(pk="7", group=1, number=1)], update_conflicts=True, update_fields=["number"], unique_fields=["name"]
        )
        assert list(things.order_by("-number").values_list("pk", "number")) == [
            ("5", 15),
            ("3", 13),
            ("4", 4),
            ("2", 2),
            ("7", 1),
        ]
        assert (things.count(), things.filter(group=1).count(), counted.get().rank) == (5, 3, 3)
        assert things.order_by("number").first().pk == "7"
        assert not things.filter(pk="0").exists()
        assert elsewhere.keys("things") == set("012345")

    run(work)
    elsewhere.close()
    assert list(things.order_by("-number").values_list("pk", "number")) == [
        ("5", 15),
        ("3", 13),
        ("4", 4),
        ("2", 2),
        ("7", 1),
    ]


def test_a_new_row_is_made_changed_and_deleted_within_a_transaction():
    def work():
        thing = things.create(pk="a", number=1)
        thing.number = 2
        thing.save(using=ALIAS)
        things.filter(pk="a").update(number=F("number") + 1)
        counted.create(rank=things.get(pk="a").number)
        counted.create(rank=9).delete(using=ALIAS)

    run(work)
    assert (things.get(pk="a").number, counted.get().rank) == (3, 3)


def test_a_row_made_by_somebody_else_meanwhile_is_a_conflict_and_then_there():
    seen = []

    def work():
        _, created = things.get_or_create(pk="a", defaults={"number": 1})
        seen.append(created)
        if len(seen) == 1:
            other = connections.create_connection(ALIAS)
            other.create("things", "a", {"name": "a", "number": 7, "group": 0, "real": 0}, "name", is_counted=False)
            other.close()
        things.filter(pk="a").update(note="mine")

    run(work)
    assert seen == [True, False]
    assert (things.get().number, things.get().note) == (7, "mine")


def test_what_is_counted_in_a_transaction_adds_up():
    things.create(pk="a", number=10)

    def twice():
        things.filter(pk="a").update(number=F("number") + 1)
        elsewhere(lambda: things.filter(pk="a").update(number=F("number") + 100))
        things.filter(pk="a").update(number=F("number") + 1)

    run(twice)
    assert things.get().number == 112

    def set_and_count():
        things.filter(pk="a").update(number=5)
        things.filter(pk="a").update(number=F("number") + 1)

    run(set_and_count)
    assert things.get().number == 6


def test_what_the_store_would_refuse_is_refused_before_anything_is_written():
    deep = 1
    for _ in range(40):
        deep = {"x": deep}
    things.create(pk="a", number=1)

    def work():
        locked_and_more()
        things.create(pk="b", data=deep)

    with pytest.raises(DataError, match="nested"):
        run(work)
    assert (things.get().number, counted.count()) == (1, 0)


def test_hooks_run_after_the_commit_only():
    done = []
    run(lambda: (store().on_commit(lambda: done.append(things.filter(pk="a").exists())), things.create(pk="a")))
    assert done == [True]
    with pytest.raises(ZeroDivisionError):
        run(lambda: (store().on_commit(lambda: done.append(1)), 1 / 0))
    assert done == [True]


def test_two_locked_rows_in_one_transaction_are_refused():
    things.bulk_create([Thing(pk="a"), Thing(pk="b")])

    def work():
        for name in "ab":
            thing = things.select_for_update().get(pk=name)
            thing.number = 1
            thing.save(using=ALIAS)

    with pytest.raises(NotSupportedError, match=r"guard one row.*things/a, things/b"):
        run(work)
    assert not things.filter(number=1).exists()


# --- What a process that is killed leaves behind -----------------------------------------------------------


@pytest.fixture
def killed_after_the_row(monkeypatch):
    """The next transaction writes its locked row and gets no further."""

    def kill(work):
        with monkeypatch.context() as patched:
            patched.setattr(store(), "update", lambda *args, **kwargs: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                run(work)

    return kill


def locked_and_more(delete=False):
    thing = things.select_for_update().get(pk="a")
    thing.number += 1
    counted.create(rank=thing.number)
    thing.delete(using=ALIAS) if delete else thing.save(using=ALIAS)


@pytest.mark.parametrize("delete", [False, True])
def test_whoever_locks_the_row_next_does_what_was_left(killed_after_the_row, delete):
    things.create(pk="a", number=1)
    killed_after_the_row(lambda: locked_and_more(delete))
    assert things.filter(pk="a", number=2).exists() is not delete
    assert not counted.exists()
    run(lambda: things.get_or_create(pk="a") if delete else things.select_for_update().get(pk="a"))
    assert counted.get().rank == 2
    assert THEN not in store().tree.get("things", "a")[0]


def test_the_relay_does_what_was_left_longer_than_requests_take(killed_after_the_row, monkeypatch):
    things.create(pk="a", number=1)
    killed_after_the_row(locked_and_more)
    store().finish_what_is_left()
    assert not counted.exists()
    row, _ = store().tree.get("things", "a")
    store().update({f"things/a/{THEN}/at": row[THEN]["at"] - 11_000})
    monkeypatch.setattr(store(), "_swept_at", 0.0)
    call_command("relay", "--once")
    assert counted.get().rank == 2
    assert json.dumps(store().tree.get("things")[0]).count(THEN) == 0
    assert things.get(pk="a").number == 2


@pytest.mark.parametrize("delete", [False, True])
def test_what_was_left_and_is_done_late_undoes_nothing_newer(killed_after_the_row, delete):
    things.create(pk="a", number=1)
    killed_after_the_row(lambda: locked_and_more(delete))
    note = store().tree.get("things", "a")[0][THEN]
    run(lambda: things.select_for_update().get_or_create(pk="a", defaults={"number": 5}))
    killed_after_the_row(locked_and_more)
    store().update(finishing(("things", "a"), note))
    assert things.get(pk="a").number == (6 if delete else 3)
    run(lambda: things.select_for_update().get(pk="a"))
    assert sorted(counted.values_list("rank", flat=True)) == ([2, 6] if delete else [2, 3])


def test_what_cannot_be_done_keeps_the_relay_from_nothing(monkeypatch):
    things.create(pk="a")
    store().update({f"things/a/{THEN}": {"at": 1, "nx": json.dumps({"a.b": 1})}})
    counted.create(rank=7)
    monkeypatch.setattr(store(), "_swept_at", 0.0)
    call_command("relay", "--once")
    assert things.filter(pk="a").exists()
