"""Writes are whole, and nobody's is lost."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import IntegrityError, NotSupportedError, connections, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.db.transaction import TransactionManagementError

import movieverse
from movieverse.engines.firebase.transactions import THEN, Conflict, finishing
from tests.firebase.things import ALIAS, Counted, Thing, counted, firebase, store, things  # noqa: F401

pytestmark = pytest.mark.usefixtures("firebase")

THREADS, TIMES = 8, 12


def at_once(work):
    """In eight threads, each with a connection of its own."""

    def run(number):
        try:
            return work(number)
        finally:
            connections[ALIAS].close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


# --- One row -----------------------------------------------------------------------------------------


def test_a_key_is_taken_once():
    things.create(pk="a", note="first")
    with pytest.raises(IntegrityError, match="things has a already"):
        things.create(pk="a", note="second")
    with pytest.raises(IntegrityError, match="already"):
        things.bulk_create([Thing(pk="b"), Thing(pk="a")])
    with pytest.raises(IntegrityError, match="same key"):
        things.bulk_create([Thing(pk="b"), Thing(pk="b")])
    assert things.get().note == "first"


def test_of_eight_who_make_a_row_at_once_one_does():
    def make(number):
        try:
            things.create(pk="a", number=number)
        except IntegrityError:
            return None
        return number

    (winner,) = [number for number in at_once(make) if number is not None]
    assert things.get(pk="a").number == winner


def test_saving_writes_a_row_that_is_new_and_one_that_is_not():
    thing = Thing(pk="a", note="one")
    thing.save(using=ALIAS)
    thing.note = "two"
    thing.save(using=ALIAS)
    things.filter(pk="a").update(group=5)
    thing.note = "three"
    thing.save(using=ALIAS, update_fields=["note"])
    assert (things.get().note, things.get().group) == ("three", 5)


def test_two_who_save_different_columns_lose_neither():
    things.create(pk="a")

    def save(number):
        for _ in range(TIMES):
            things.filter(pk="a").update(**{("group", "number")[number % 2]: number})

    at_once(save)
    assert things.filter(pk="a", group__gt=-1).get().number in (1, 3, 5, 7)


def test_a_condition_and_its_change_are_one_moment():
    """Of eight who each move a row on from a state, one at a time succeeds."""
    things.create(pk="a", number=0)

    def move(number):
        return sum(things.filter(pk="a", number=step).update(number=step + 1) for step in range(TIMES))

    assert sum(at_once(move)) == things.get(pk="a").number <= TIMES


def test_the_store_counts_whoever_else_counts():
    things.create(pk="a", number=5, real=0.5)

    def count(number):
        for _ in range(TIMES):
            things.filter(pk="a").update(number=F("number") + 1, real=F("real") - 0.25)

    at_once(count)
    thing = things.get(pk="a")
    assert (thing.number, thing.real) == (5 + THREADS * TIMES, 0.5 - 0.25 * THREADS * TIMES)


def test_what_cannot_be_counted_is_worked_out():
    things.bulk_create(Thing(pk=f"{number}", number=number, group=2) for number in range(4))
    assert things.update(number=F("number") * 10 + F("group")) == 4
    assert list(things.order_by("pk").values_list("number", flat=True)) == [2, 12, 22, 32]
    with pytest.raises(NotSupportedError, match="Concat"):
        things.update(note=Concat("name", Value("!")))


def test_a_row_that_is_gone_is_not_brought_back():
    things.create(pk="a")
    thing = things.get(pk="a")
    things.filter(pk="a").delete()
    assert things.filter(pk="a").update(number=1) == things.filter(pk="a").update(number=F("number") + 1) == 0
    thing.save(using=ALIAS, force_insert=True)
    assert things.count() == 1


# --- Several rows --------------------------------------------------------------------------------------


def test_many_rows_are_made_changed_and_deleted():
    things.bulk_create([Thing(pk=f"{number:04}", number=number) for number in range(2_500)], batch_size=700)
    rows = list(things.filter(pk__lt="0100"))
    for row in rows:
        row.note, row.number = f"note {row.pk}", -row.number
    assert things.bulk_update(rows, ["note", "number"]) == 100
    assert (things.get(pk="0042").note, things.get(pk="0042").number) == ("note 0042", -42)
    assert things.filter(pk__gte="2000").update(group=9) == 500
    assert things.filter(group=9).delete()[0] == 500
    assert things.count() == 2_000


def test_what_is_there_already_is_left_or_brought_up_to_date():
    things.create(pk="a", note="old", number=1)
    things.bulk_create([Thing(pk="a", note="new"), Thing(pk="b", note="b")], ignore_conflicts=True)
    assert dict(things.values_list("pk", "note")) == {"a": "old", "b": "b"}
    things.bulk_create(
        [Thing(pk="a", note="new", number=7), Thing(pk="c", note="c")],
        update_conflicts=True, update_fields=["note"], unique_fields=["name"],
    )  # fmt: skip
    assert dict(things.values_list("pk", "note")) == {"a": "new", "b": "b", "c": "c"}
    assert things.get(pk="a").number == 1


def test_update_or_create_and_get_or_create():
    assert things.update_or_create(pk="a", defaults={"number": 1})[1]
    assert not things.update_or_create(pk="a", defaults={"number": F("number") + 1})[1]
    assert things.get_or_create(pk="a", defaults={"number": 9}) == (things.get(pk="a"), False)
    assert things.get(pk="a").number == 2


def test_of_several_who_update_or_create_a_row_at_once_those_who_lose_know():
    def write(number):
        try:
            things.update_or_create(pk="a", defaults={"number": number})
        except Conflict:
            return None
        return number

    written = at_once(write)
    assert things.get().number in written


def test_keys_are_counted_and_each_is_given_once():
    rows = at_once(lambda number: [counted.create(rank=number).pk for _ in range(TIMES)])
    many = counted.bulk_create(Counted() for _ in range(100))
    keys = [key for keys in rows for key in keys] + [row.pk for row in many]
    assert sorted(keys) == list(range(1, THREADS * TIMES + 101))


# --- Locks ---------------------------------------------------------------------------------------------


def test_a_lost_update_raises():
    things.create(pk="a", number=0)
    with transaction.atomic(using=ALIAS):
        mine = things.select_for_update().get(pk="a")
        threading.Thread(target=lambda: (things.filter(pk="a").update(number=5), connections[ALIAS].close())).start()
        while store().tree.get("things", "a")[0]["number"] == 0:
            pass
        mine.number += 1
        with pytest.raises(Conflict, match="things/a was written by somebody else"):
            mine.save(using=ALIAS)
    assert things.get(pk="a").number == 5


def test_eight_threads_that_lock_lose_nothing_and_those_that_conflict_know():
    things.create(pk="a", number=0)

    def add(number):
        added = 0
        while added < TIMES:
            try:
                with transaction.atomic(using=ALIAS):
                    thing = things.select_for_update().get(pk="a")
                    thing.number += 1
                    thing.save(using=ALIAS, update_fields=["number"])
            except Conflict:
                continue
            added += 1

    at_once(add)
    assert things.get(pk="a").number == THREADS * TIMES


def test_movieverse_atomic_runs_again_after_a_conflict():
    things.create(pk="a", number=0)

    @movieverse.atomic(ALIAS, attempts=40)
    def add():
        thing = things.select_for_update().get(pk="a")
        thing.number += 1
        thing.save(using=ALIAS)
        counted.create(rank=thing.number)

    at_once(lambda number: [add() for _ in range(TIMES)])
    assert things.get(pk="a").number == THREADS * TIMES
    assert sorted(counted.values_list("rank", flat=True)) == list(range(1, THREADS * TIMES + 1))


def test_locking_is_for_transactions_and_one_row_by_its_key():
    things.create(pk="a")
    with pytest.raises(TransactionManagementError):
        things.select_for_update().get(pk="a")
    with transaction.atomic(using=ALIAS), pytest.raises(NotSupportedError, match="lock rows other than one"):
        list(things.select_for_update().filter(group=0))
    with transaction.atomic(using=ALIAS), pytest.raises(NotSupportedError, match="without waiting"):
        things.select_for_update(nowait=True).get(pk="a")


# --- Transactions --------------------------------------------------------------------------------------


def run(work):
    return movieverse.atomic(ALIAS)(work)()


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
