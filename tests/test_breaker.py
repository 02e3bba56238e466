"""Nobody waits for a store that somebody has just found away, and nobody is refused by one that is back."""

import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread, current_thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client

import movieverse
from apps.profiles.models import Profile
from movieverse.engines import breaker
from movieverse.engines.base import SocketHealthMixin
from movieverse.engines.sqlite.base import DatabaseWrapper
from movieverse.exceptions import StoreUnavailable

pytestmark = pytest.mark.skipif(
    connections["profiles"].vendor != "sqlite", reason="a file stands for the server here: make test-embedded"
)

SOON = 10  # seconds, for what takes milliseconds on a machine that has nothing else to do


class Frozen(sqlite3.OperationalError):
    """What the driver of a server would raise in the end."""


class Server:
    """Of the profiles: it answers pings, or does not."""

    def __init__(self) -> None:
        self.is_away = True
        self.asked_by: list[Thread] = []

    def ping(self, connection: Any) -> None:
        self.asked_by.append(current_thread())
        if self.is_away:
            with connection.wrap_database_errors:
                raise Frozen("frozen")


@pytest.fixture
def server(django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server()
    is_unavailable = DatabaseWrapper.is_unavailable
    monkeypatch.setattr(DatabaseWrapper, "ping", lambda connection: server.ping(connection))
    monkeypatch.setattr(
        DatabaseWrapper, "is_unavailable", lambda self, error: isinstance(error, Frozen) or is_unavailable(self, error)
    )
    monkeypatch.setattr(DatabaseWrapper, "is_refusal", lambda self, error: not isinstance(error, Frozen))
    monkeypatch.setattr(breaker, "PROBE_EVERY", 0.01)
    monkeypatch.setattr(breaker, "FIRST_PROBE", 0)
    with django_db_blocker.unblock():
        yield server
        breaker.forget()
        Profile.objects.filter(pk__gte=9_000).delete()


def find_away() -> None:
    """A query waits in vain."""
    with pytest.raises(StoreUnavailable), connections["profiles"].wrap_database_errors:
        raise Frozen("frozen")


def eventually(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_whoever_comes_after_is_refused_and_told_why(server: Server):
    find_away()
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match=r"nor did it a moment ago: frozen.*PROFILES_DATABASE_URL"):
            Profile.objects.count()


def test_one_thread_asks_until_there_is_an_answer_and_then_all_are_served(server: Server):
    for _ in range(5):
        find_away()
    eventually(lambda: len(server.asked_by) > 3)
    assert len(set(server.asked_by)) == 1
    assert current_thread() not in server.asked_by
    server.is_away = False
    eventually(lambda: breaker.current("profiles") is None)
    assert Profile.objects.count() == 0
    eventually(lambda: not server.asked_by[0].is_alive())


def test_a_query_that_was_too_slow_costs_the_others_a_ping(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(breaker, "FIRST_PROBE", SOON)
    server.is_away = False
    find_away()
    assert Profile.objects.count() == 0


def test_other_stores_serve_meanwhile(server: Server):
    find_away()
    assert breaker.current("default") is None


def test_a_child_asks_for_itself(server: Server):
    find_away()
    child = os.fork()
    if child:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return
    try:
        knew = breaker.current("profiles")
        server.asked_by.clear()
        find_away()
        eventually(lambda: server.asked_by)
        os._exit(0 if knew is None and breaker.current("profiles") else 1)
    finally:
        os._exit(2)


def test_where_there_is_no_thread_to_be_had_everybody_asks(server: Server, monkeypatch: pytest.MonkeyPatch):
    def fail(thread: Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(breaker.Outage, "start", fail)
    find_away()
    assert Profile.objects.count() == 0


def test_a_server_that_answers_no_is_there(server: Server, monkeypatch: pytest.MonkeyPatch):
    find_away()
    monkeypatch.setattr(DatabaseWrapper, "is_refusal", lambda self, error: True)
    eventually(lambda: breaker.current("profiles") is None)


def test_rows_and_files_that_others_hold_are_no_outage(django_db_setup: None):
    connection = connections["profiles"]
    with pytest.raises(StoreUnavailable), connection.wrap_database_errors:
        raise sqlite3.OperationalError("database is locked")
    assert isinstance(connection.unavailable("others hold what is to be written"), StoreUnavailable)
    assert breaker.current("profiles") is None


def test_a_transaction_that_has_begun_may_end(server: Server):
    @movieverse.atomic("profiles")
    def write() -> None:
        Profile.objects.create(pk=9_001)
        find_away()

    write()
    server.is_away = False
    eventually(lambda: breaker.current("profiles") is None)
    assert Profile.objects.filter(pk=9_001).exists()


def test_a_transaction_that_is_refused_in_its_midst_leaves_nothing_behind(server: Server):
    @movieverse.atomic("profiles")
    def write() -> None:
        Profile.objects.create(pk=9_002)
        find_away()
        Profile.objects.create(pk=9_003)

    with pytest.raises(StoreUnavailable, match="nor did it a moment ago"):
        write()
    with pytest.raises(StoreUnavailable):
        write()  # it does not even begin
    server.is_away = False
    eventually(lambda: breaker.current("profiles") is None)
    assert connections["profiles"].get_autocommit()
    assert not Profile.objects.filter(pk__gte=9_000).exists()


def test_a_connection_that_is_but_half_made_is_not_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def fail(connection: Any) -> None:
        raise Frozen("frozen")

    monkeypatch.setattr(DatabaseWrapper, "init_connection_state", fail)
    connection: Any = connections.create_connection("profiles")
    connection.settings_dict = connection.settings_dict | {"NAME": tmp_path / "db"}
    with pytest.raises(StoreUnavailable):
        connection.ensure_connection()
    assert connection.connection is None


def test_a_connection_that_was_lost_is_not_judged_by_a_socket_that_may_be_anothers():
    class Kept(SocketHealthMixin):
        Database = sqlite3
        is_lost = False

        def __init__(self, connection: Any) -> None:
            self.connection = connection

    ours, theirs = socket.socketpair()
    with ours, theirs:
        kept = Kept(ours)
        assert kept.is_usable()
        kept.is_lost = True
        assert not kept.is_usable()


@pytest.mark.usefixtures("stores")
def test_readyz_asks_no_store_in_vain_and_is_ready_when_it_is_back(client: Client, take_away: Callable[[str], None]):
    take_away("reviews")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, state in answer.json()["stores"].items() if not state["ok"]] == ["reviews"]
    breaker.forget()
    assert client.get("/readyz").status_code == 200


def _postgresql() -> tuple[Any, list[Exception], list[Exception]]:
    psycopg2 = pytest.importorskip("psycopg2")
    from movieverse.engines.postgresql.base import DatabaseWrapper

    no = psycopg2.OperationalError('connection to server at "h" failed: FATAL:  password authentication failed')
    away = [psycopg2.OperationalError("no answer within 2 s"), psycopg2.OperationalError("Connection refused")]
    return DatabaseWrapper, [no], away


def _mysql() -> tuple[Any, list[Exception], list[Exception]]:
    mysql = pytest.importorskip("MySQLdb")
    from movieverse.engines.mysql.base import DatabaseWrapper

    no = [mysql.OperationalError(1045, "Access denied"), mysql.OperationalError(1040, "Too many connections")]
    return DatabaseWrapper, no, [mysql.OperationalError(2013, "Lost connection"), mysql.OperationalError(2002, "No")]


def _mongodb() -> tuple[Any, list[Exception], list[Exception]]:
    errors = pytest.importorskip("pymongo.errors")
    pytest.importorskip("django_mongodb_backend")
    from movieverse.engines.mongodb.base import DatabaseWrapper

    no = [errors.OperationFailure("Authentication failed", 18), errors.ExecutionTimeout("too slow", 50)]
    in_transaction = errors.NetworkTimeout("timed out")
    in_transaction._add_error_label("TransientTransactionError")
    return DatabaseWrapper, no, [errors.ServerSelectionTimeoutError("timed out"), in_transaction]


@pytest.mark.parametrize("engine", [_postgresql, _mysql, _mongodb])
def test_an_engine_tells_a_server_that_says_no_from_one_that_says_nothing(engine: Callable[[], Any]):
    wrapper, refusals, silences = engine()
    connection = object.__new__(wrapper)
    for error in refusals:
        assert connection.is_unavailable(error), error
        assert connection.is_refusal(error), error
    for error in silences:
        assert connection.is_unavailable(error), error
        assert not connection.is_refusal(error), error
