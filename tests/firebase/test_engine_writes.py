"""Writes are whole, and nobody's is lost."""

import pytest
from django.db import IntegrityError, NotSupportedError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.db.transaction import TransactionManagementError

import movieverse
from movieverse.engines.firebase.transactions import Conflict
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

TIMES = 12


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


def test_a_counted_key_that_is_given_is_taken_once_and_not_counted_again():
    counted.create(pk=5, rank=1)
    for again in (lambda: counted.create(pk=5), lambda: counted.bulk_create([Counted(pk=5), Counted(pk=6)])):
        with pytest.raises(IntegrityError, match="counted has 5 already"):
            again()
        with pytest.raises(IntegrityError, match="counted has 5 already"):
            run(again)
    assert [counted.create().pk, run(lambda: counted.create().pk)] == [7, 8]
    assert counted.get(pk=5).rank == 1
    counted.create(pk=10**12, rank=2)  # of the numbers up to there none is remembered as given
    with pytest.raises(IntegrityError, match="counted has 7 already"):
        run(lambda: counted.create(pk=7))
    assert counted.create().pk == 10**12 + 1


def test_a_limit_is_kept_whoever_counts():
    things.create(pk="a", number=0, group=1)
    full = things.filter(pk="a", number__lt=10)
    counted_up = at_once(lambda number: sum(full.update(number=F("number") + 1) for _ in range(5)))
    assert sum(counted_up) == things.get().number == 10
    moved = at_once(lambda number: sum(things.filter(group=n).update(group=n + 1) for n in range(1, 9)))
    assert sum(moved) == things.get().group - 1


def test_in_a_transaction_too_a_condition_and_its_change_are_one_moment():
    things.create(pk="a", number=0)

    def move(number):
        step = movieverse.atomic(ALIAS, attempts=40)(lambda n: things.filter(pk="a", number=n).update(number=n + 1))
        return sum(step(n) for n in range(TIMES))

    assert sum(at_once(move)) == things.get().number


def test_what_no_longer_meets_the_condition_is_not_deleted(monkeypatch):
    things.create(pk="a", number=1)
    remove = store().remove

    def remove_later(*args):
        elsewhere(lambda: things.filter(pk="a").update(number=2))
        return remove(*args)

    monkeypatch.setattr(store(), "remove", remove_later)
    assert things.filter(pk="a", number=1).delete()[0] == 0
    assert things.get().number == 2


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
        elsewhere(lambda: things.filter(pk="a").update(number=5))
        mine.number += 1
        with pytest.raises(Conflict, match="things/a was written by somebody else"):
            mine.save(using=ALIAS)
    assert things.get(pk="a").number == 5


@pytest.mark.parametrize(
    "write",
    [
        lambda mine, other: mine.delete(using=ALIAS),
        lambda mine, other: things.bulk_update([mine, other], ["number"]),
        lambda mine, other: things.filter(group=0).update(note="x"),
        lambda mine, other: things.filter(pk="a").update(number=F("number") + 1),
    ],
)
def test_a_lock_holds_whatever_the_write(write):
    things.bulk_create([Thing(pk="a"), Thing(pk="b")])
    with transaction.atomic(using=ALIAS):
        mine = things.select_for_update().get(pk="a")
        elsewhere(lambda: things.filter(pk="a").update(number=5))
        with pytest.raises(Conflict):
            write(mine, things.get(pk="b"))
    assert things.get(pk="a").number == 5


def test_a_row_that_is_locked_shows_what_was_written_to_it():
    things.create(pk="a")
    with transaction.atomic(using=ALIAS):
        things.select_for_update().get(pk="a")
        things.filter(group=0).update(number=5)
        assert things.get(pk="a").number == 5
        things.filter(pk="a").update(number=F("number") + 1)
        assert things.get(pk="a").number == 6
        things.filter(pk="a").delete()
        assert not things.filter(pk="a").exists()


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
