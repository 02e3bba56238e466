"""How the engine speaks to the server: in time, over one connection a thread, and again where that may help."""

import contextlib
import gc
import json
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import DatabaseError

from movieverse.engines import breaker
from movieverse.exceptions import StoreUnavailable
from tests.firebase.connecting import connection_to
from tests.firebase.emulator import running

pytest.importorskip("firebase_admin")


class Server:
    """Answers as it is told to, and remembers what it was asked over which connection."""

    def __init__(self):
        self.answers, self.asked, self.connections = [], [], set()
        self.always = (200, {"_id": 5, "bio": "constant", "version": 1})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.asked.append((self.command, self.path, body))
                outer.connections.add(self.client_address)
                status, answer = outer.answers.pop(0) if outer.answers else outer.always
                if status == "hang up":
                    self.close_connection = True
                    return
                text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("ETag", "tag")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_PUT = do_PATCH = answer  # noqa: N815

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def connection(server, monkeypatch):
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", server.address)
    connection = connection_to(server.address)
    connection.probes = True  # else the first error would begin an outage
    yield connection
    connection.close()


def get(connection):
    return connection.row("t", "5", "_id")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_succeed_the_next_time_is_tried_again_with_pauses(connection, server, status):
    server.answers = [(status, {"error": "busy"})] * 3
    start = time.monotonic()
    assert get(connection)["bio"] == "constant"
    assert len(server.asked) == 4
    assert 0.1 < time.monotonic() - start < 10


def test_trying_again_ends_with_the_deadline(connection, server):
    server.always = (503, {"error": "busy"})
    start = time.monotonic()
    with pytest.raises(StoreUnavailable, match="profiles store does not answer.*busy.*PROFILES_DATABASE_URL"):
        get(connection)
    assert 0.5 < time.monotonic() - start < 10
    assert len(server.asked) < 10


@pytest.mark.parametrize(("status", "times"), [(500, 1), (503, 2), ("hang up", 1)])
def test_a_count_or_a_condition_is_sent_again_only_where_the_server_says_that_it_was_not_done(
    connection, server, status, times
):
    for write in (
        lambda: connection.update({"t/5/n": {".sv": {"increment": 1}}}, counts=True),
        lambda: connection.put_if(("t", "5"), {"_id": 5}, "tag"),
    ):
        server.asked.clear()
        server.answers = [(status, {"error": "x"})]
        if times == 1:
            with pytest.raises(StoreUnavailable):
                write()
        else:
            write()
        assert len(server.asked) == times


def test_a_connection_that_was_lost_is_made_anew_for_what_can_be_asked_twice(connection, server):
    get(connection)
    server.answers = [("hang up", None)]
    assert get(connection)["bio"] == "constant"
    server.answers = [("hang up", None)] * 2
    with pytest.raises(StoreUnavailable):
        get(connection)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_who_is_refused_is_told_so_at_once(connection, server, status):
    server.always = (status, {"error": "Permission denied"})
    with pytest.raises(StoreUnavailable, match="Permission denied") as raised:
        get(connection)
    assert connection.is_refusal(raised.value.__cause__)
    assert len(server.asked) <= 3  # Google's client asks for a new token before it believes a 401


def test_what_the_server_does_not_want_begins_no_outage(connection, server):
    connection.probes = False
    for status in (405, 409, 413):
        server.always = (status, {"error": "no"})
        with pytest.raises(DatabaseError, match="no") as raised:
            get(connection)
        assert not isinstance(raised.value, StoreUnavailable)
    assert breaker.current("profiles") is None


def test_an_answer_that_is_no_json_is_no_answer(connection, server):
    server.always = (200, b"<html>")
    with pytest.raises(StoreUnavailable):
        get(connection)


def test_a_thread_keeps_one_connection_and_shares_it_with_nobody(server, monkeypatch):
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", server.address)

    def ask():
        connection = connection_to(server.address)
        for _ in range(5):
            get(connection)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.asked) == 20
    assert len(server.connections) == 4


def test_an_answer_that_comes_in_drops_costs_two_seconds_as_well(monkeypatch):
    def drip(listener):
        client, _ = listener.accept()
        client.recv(65_536)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(100):
                client.sendall(b" ")
                time.sleep(0.2)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", address)
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        connection = connection_to(address)
        connection.probes = True
        start = time.monotonic()
        with pytest.raises(StoreUnavailable, match="Only a part of the answer"):
            get(connection)
        assert 1.9 < time.monotonic() - start < 10


def test_a_frozen_server_costs_two_seconds(tmp_path, monkeypatch):
    with running(tmp_path) as emulator:
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", emulator.address)
        connection = connection_to(emulator.address)
        connection.probes = True
        assert get(connection) is None
        emulator.process.send_signal(signal.SIGSTOP)
        for ask in (lambda: get(connection), connection.ping, lambda: connection.update({"t/5": {"_id": 5}})):
            start = time.monotonic()
            with pytest.raises(StoreUnavailable, match="imed out"):
                ask()
            assert 1.5 < time.monotonic() - start < 10
        emulator.process.send_signal(signal.SIGCONT)
        connection.update({"t/6": {"_id": 6}})
        assert connection.row("t", "6", "_id") == {"_id": 6}
        connection.close()


def test_a_server_that_is_away_begins_an_outage_and_one_that_is_back_needs_no_restart(tmp_path, monkeypatch):
    with running(tmp_path) as emulator:
        address = emulator.address
        monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", address)
        connection = connection_to(address)
        assert get(connection) is None
        emulator.kill()
    try:
        monkeypatch.setattr(breaker, "_answers", lambda alias: False)
        with pytest.raises(StoreUnavailable):
            get(connection)
        start = time.monotonic()
        with pytest.raises(StoreUnavailable, match="nor did it a moment ago"):
            get(connection)
        assert time.monotonic() - start < 1.9
    finally:
        breaker.forget()
    with running(tmp_path, "--port", address.partition(":")[2]):
        assert get(connection) is None
    connection.close()


def test_nothing_is_asked_before_somebody_asks(server, monkeypatch):
    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", server.address)
    connection_to(server.address).connect()
    assert server.asked == []


def test_what_a_thread_had_goes_with_it(server, monkeypatch):
    import firebase_admin

    monkeypatch.setenv("FIREBASE_DATABASE_EMULATOR_HOST", server.address)
    before = set(firebase_admin._apps)
    thread = threading.Thread(target=lambda: get(connection_to(server.address)))
    thread.start()
    thread.join()
    gc.collect()
    assert set(firebase_admin._apps) <= before
