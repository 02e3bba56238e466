"""Transactions of MySQL and MariaDB, which begin without turning the session's autocommit off."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import F

import movieverse
from apps.reviews.models import RatingSummary

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def written(committed: Callable[..., None]) -> Iterator[None]:
    if connections["reviews"].vendor != "mysql":
        pytest.skip("reviews are not on MySQL")
    committed(RatingSummary)
    yield
    connections["reviews"].close()


def stored() -> list[int]:
    """As somebody else sees it."""

    def read() -> list[int]:
        try:
            return list(RatingSummary.objects.values_list("pk", flat=True))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(read).result()


def make(pk: int) -> None:
    RatingSummary.objects.create(pk=pk)


def test_others_see_a_transaction_when_it_is_committed_and_not_before():
    with transaction.atomic(using="reviews"):
        make(1)
        make(2)
        assert stored() == []
    assert stored() == [1, 2]


def test_of_a_transaction_that_fails_nothing_is_kept():
    with transaction.atomic(using="reviews"):
        make(1)
        transaction.set_rollback(True, using="reviews")
    assert stored() == []


def test_a_savepoint_is_undone_alone():
    with transaction.atomic(using="reviews"):
        make(1)
        with transaction.atomic(using="reviews"):
            make(2)
            transaction.set_rollback(True, using="reviews")
        with pytest.raises(IntegrityError), transaction.atomic(using="reviews"):
            make(1)
        make(3)
    assert stored() == [1, 3]


def test_outside_a_transaction_each_statement_is_committed_by_itself():
    make(1)
    assert stored() == [1]
    with pytest.raises(LookupError), transaction.atomic(using="reviews"):
        raise LookupError
    make(2)
    assert stored() == [1, 2]


def test_with_autocommit_off_the_caller_commits():
    transaction.set_autocommit(False, using="reviews")
    try:
        make(1)
        transaction.rollback(using="reviews")
        make(2)
        assert stored() == []
        transaction.commit(using="reviews")
    finally:
        transaction.set_autocommit(True, using="reviews")
    assert stored() == [2]


def test_a_transaction_never_changes_the_session_s_autocommit():
    connection = connections["reviews"]
    with transaction.atomic(using="reviews"):
        make(1)
        assert connection.connection.get_autocommit()
        assert not connection.get_autocommit()  # to Django
    assert connection.get_autocommit()


def sent_in(work: Callable[[], None]) -> int:
    """How many statements of this session the server has run."""

    def count() -> int:
        with connections["reviews"].cursor() as cursor:
            cursor.execute("SHOW SESSION STATUS LIKE 'Questions'")
            return int(cursor.fetchone()[1])

    before = count()
    work()
    return count() - before - 1


def test_a_transaction_in_which_nothing_is_done_is_none_to_the_server():
    def nothing() -> None:
        with transaction.atomic(using="reviews"):
            pass
        with pytest.raises(LookupError), transaction.atomic(using="reviews"):
            raise LookupError

    assert sent_in(nothing) == 0


INSERT = "INSERT INTO reviews_ratingsummary SELECT %s, " + ", ".join(["0"] * 13)


@pytest.mark.parametrize("statements_after", [0, 1])
def test_what_is_executed_later_is_of_its_transaction(statements_after: int):
    with transaction.atomic(using="reviews"):
        make(1)
        connections["reviews"].execute_later(INSERT, [2])
        connections["reviews"].execute_later(INSERT, [3])
        for _ in range(statements_after):
            assert RatingSummary.objects.count() == 3
        assert stored() == []
    assert stored() == [1, 2, 3]


def test_what_is_executed_later_is_forgotten_with_its_transaction():
    with transaction.atomic(using="reviews"):
        make(1)
        connections["reviews"].execute_later(INSERT, [2])
        transaction.set_rollback(True, using="reviews")
    make(3)
    assert stored() == [3]


def test_if_what_is_executed_later_fails_nothing_is_committed():
    @transaction.atomic(using="reviews")
    def write() -> None:
        make(1)
        connections["reviews"].execute_later(INSERT, [1])

    with pytest.raises(IntegrityError):
        write()
    make(2)
    assert stored() == [2]


def test_what_is_executed_later_is_undone_with_its_savepoint():
    with transaction.atomic(using="reviews"):
        make(1)
        with transaction.atomic(using="reviews"):
            connections["reviews"].execute_later(INSERT, [2])
            transaction.set_rollback(True, using="reviews")
    assert stored() == [1]


def test_of_two_in_a_deadlock_the_one_that_lost_is_run_again():
    barrier = Barrier(2)
    runs = []
    make(1), make(2)

    @movieverse.atomic("reviews")
    def swap(first: int, second: int) -> None:
        runs.append(first)
        RatingSummary.objects.filter(pk=first).update(count=F("count") + 1)
        if len(runs) <= 2:
            barrier.wait()
        RatingSummary.objects.filter(pk=second).update(count=F("count") + 1)

    def work(order: tuple[int, int]) -> None:
        try:
            swap(*order)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [(1, 2), (2, 1)]))
    assert len(runs) == 3
    assert list(RatingSummary.objects.values_list("count", flat=True)) == [2, 2]
