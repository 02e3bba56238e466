"""`movieverse.atomic` means the same on every engine."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections
from django.db.transaction import TransactionManagementError

import movieverse
from apps.catalog.models import Counter, Genre
from apps.catalog.services import take_ids
from apps.profiles.models import Profile
from movieverse.exceptions import StoreUnavailable


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Stores in which transactions really commit; the rows made here are removed again."""
    with django_db_blocker.unblock():
        yield
        Genre.objects.filter(pk__gte=9_000).delete()
        Profile.objects.filter(pk__gte=9_000).delete()
        Counter.objects.all().delete()


def make(number: int) -> Genre:
    return Genre.objects.create(pk=9_000 + number, name=f"Genre {number}", slug=f"genre-{number}")


def stored() -> list[int]:
    return sorted(pk - 9_000 for pk in Genre.objects.filter(pk__gte=9_000).values_list("pk", flat=True))


def test_what_succeeds_is_kept_and_what_fails_is_not(committed):
    @movieverse.atomic("catalog")
    def write(fail: bool) -> None:
        make(1 if not fail else 2)
        make(3 if not fail else 4)
        if fail:
            raise LookupError

    write(fail=False)
    with pytest.raises(LookupError):
        write(fail=True)
    assert stored() == [1, 3]


def test_a_nested_failure_that_is_caught_still_undoes_everything(committed):
    @movieverse.atomic("catalog")
    def inner() -> None:
        make(2)
        raise LookupError

    @movieverse.atomic("catalog")
    def outer() -> None:
        make(1)
        with pytest.raises(LookupError):
            inner()

    with pytest.raises(TransactionManagementError):
        outer()
    assert stored() == []


def test_the_next_transaction_is_not_marked_by_a_failed_one(committed):
    test_a_nested_failure_that_is_caught_still_undoes_everything(None)
    movieverse.atomic("catalog")(make)(5)
    assert stored() == [5]


def test_a_hook_after_the_commit_may_begin_a_transaction_of_its_own(committed):
    @movieverse.atomic("catalog")
    def outer() -> None:
        make(1)
        connections["catalog"].on_commit(inner)

    @movieverse.atomic("catalog")
    def inner() -> None:
        make(2)
        raise LookupError

    with pytest.raises(LookupError):
        outer()
    assert stored() == [1]


def test_what_is_committed_is_not_done_again_because_a_hook_fails(committed, conflict):
    calls = []

    def fail() -> None:
        raise conflict

    @movieverse.atomic("catalog")
    def write() -> None:
        calls.append(1)
        connections["catalog"].on_commit(fail)

    with pytest.raises(conflict):
        write()
    assert len(calls) == 1


@pytest.fixture
def conflict(monkeypatch) -> type[DatabaseError]:
    class Conflict(DatabaseError):
        pass

    monkeypatch.setattr(
        connections["catalog"], "is_transient", lambda error: isinstance(error, Conflict), raising=False
    )
    return Conflict


def test_a_transient_conflict_runs_the_function_again(committed, conflict):
    calls = []

    @movieverse.atomic("catalog")
    def write() -> None:
        calls.append(1)
        make(1)
        if len(calls) < 3:
            raise conflict

    write()
    assert len(calls) == 3
    assert stored() == [1]


def test_a_conflict_that_does_not_pass_makes_the_store_unavailable(committed, conflict):
    calls = []

    @movieverse.atomic("catalog", attempts=2)
    def write() -> None:
        calls.append(1)
        raise conflict

    with pytest.raises(StoreUnavailable, match="others hold what is to be written"):
        write()
    assert len(calls) == 2


def test_a_conflict_is_not_fought_for_longer_than_a_request_waits(committed, conflict, settings):
    settings.STORE_TIMEOUT = 0.05

    @movieverse.atomic("catalog")
    def write() -> None:
        time.sleep(0.06)
        raise conflict

    start = time.monotonic()
    with pytest.raises(StoreUnavailable):
        write()
    assert time.monotonic() - start < 0.5


@pytest.mark.servers
@pytest.mark.parametrize("alias", ["catalog"])
def test_concurrent_increments_all_count(committed, alias: str):
    genre = make(1)

    @movieverse.atomic(alias)
    def increment() -> None:
        row = Genre.objects.get(pk=genre.pk)
        row.name = str(int(row.name) + 1)
        row.save(update_fields=["name"])

    def work(_: int) -> None:
        try:
            increment()
        finally:
            connections.close_all()

    Genre.objects.filter(pk=genre.pk).update(name="0")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(40)))
    assert Genre.objects.get(pk=genre.pk).name == "40"


@pytest.mark.servers
def test_concurrent_takers_never_get_the_same_id(committed):
    def take(_: int) -> list[int]:
        try:
            return list(take_ids("test", 3))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        taken = [number for numbers in pool.map(take, range(40)) for number in numbers]
    assert len(set(taken)) == 120
