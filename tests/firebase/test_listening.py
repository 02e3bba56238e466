"""Listening to a database: what is told of whose writes, and what becomes of a connection that ends."""

import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("firebase_admin")

import firebase_admin
from django.conf import settings
from firebase_admin import db

from movieverse.engines.firebase import listening
from movieverse.exceptions import StoreUnavailable

SINCE = "2026-01-02"
TABLE = "profiles"


class Emulator:
    def __init__(self, folder: Any) -> None:
        self.folder = folder
        self.process, self.address = self._start("0")

    def _start(self, port: str) -> tuple[subprocess.Popen[str], str]:
        rules = self.folder / "rules.json"
        rules.write_text('{"rules": {"test": {"profiles": {".indexOn": ["at"]}}}}')
        module = ["-m", "movieverse.engines.firebase.emulator", "--rules", str(rules), "--keep-alive", "0.2"]
        process = subprocess.Popen(
            [sys.executable, *module, "--port", port, "--data", str(self.folder / "data")],
            cwd=settings.BASE_DIR,
            stderr=subprocess.PIPE,
            text=True,
        )
        found = re.search(r"http://(\S+)", process.stderr.readline())
        return process, found[1]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)

    def start_again(self) -> None:
        self.process, _ = self._start(self.address.rpartition(":")[2])


@pytest.fixture
def emulator(tmp_path: Any) -> Iterator[Emulator]:
    started = Emulator(tmp_path)
    yield started
    started.stop()


@pytest.fixture
def root(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[db.Reference]:
    app = firebase_admin.initialize_app(None, {"databaseURL": f"http://{emulator.address}/?ns=movieverse"}, "listening")
    reference = db.reference("/test", app=app)
    store = SimpleNamespace(root=reference, unavailable=lambda error: StoreUnavailable("profiles", "URL", error))
    monkeypatch.setattr(listening, "connections", {"profiles": store})
    yield reference
    firebase_admin.delete_app(app)


Heard = Callable[[], Any]


@pytest.fixture
def hear(root: db.Reference) -> Iterator[Heard]:
    """What is heard next, by a listener that began when the fixture was asked for."""
    heard: queue.Queue[Any] = queue.Queue()
    stopped = threading.Event()

    def follow() -> None:
        for rows in listening.listen("profiles", TABLE, "at", lambda: SINCE, stopped):
            heard.put(rows)

    thread = threading.Thread(target=follow)
    thread.start()
    assert heard.get(timeout=5) is None, "a connection has begun"
    yield lambda: heard.get(timeout=8)
    stopped.set()
    thread.join(5)
    assert not thread.is_alive()


def write(root: db.Reference, *, at: str = "2026-01-03", **rows: Any) -> None:
    root.update({f"{TABLE}/{key.removeprefix('row')}": bio and {"at": at, "bio": bio} for key, bio in rows.items()})


def test_whatever_is_written_is_heard_by_its_key(root: db.Reference, hear: Heard):
    write(root, row7="a")
    assert hear() == {"7"}
    root.update({f"{TABLE}/7/bio": "b"})
    assert hear() == {"7"}
    write(root, row7=None)
    assert hear() == {"7"}


def test_rows_that_were_written_before_are_not_heard(root: db.Reference, hear: Heard):
    write(root, at="2026-01-01", row1="old")
    write(root, row2="new")
    assert hear() == {"2"}


def test_what_was_written_a_moment_before_is_heard_at_the_start_whatever_the_keys(root: db.Reference, request: Any):
    write(root, row0="a", row1="b", row3="c")
    hear = request.getfixturevalue("hear")
    assert hear() == {"0", "1", "3"}


def test_a_connection_that_is_lost_is_made_anew_and_meanwhile_anything_may_have_changed(
    emulator: Emulator, root: db.Reference, hear: Heard
):
    emulator.stop()
    assert hear() is None
    emulator.start_again()
    while (rows := hear()) is None:
        write(root, row5="after")
    assert rows == {"5"}


def test_a_connection_does_not_grow_old(root: db.Reference, request: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listening, "LIFETIME", 0)
    hear = request.getfixturevalue("hear")
    assert [hear(), hear()] == [None, None], "it was ended, and another one was begun"


@pytest.mark.parametrize("name", ["cancel", "auth_revoked"])
def test_a_server_that_will_tell_no_more_is_an_error(name: str):
    with pytest.raises(listening.Ended, match=name):
        listening._rows(name, "null")


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ('{"path":"/","data":null}', set()),
        ('{"path":"/","data":{"5":{},"x":{}}}', {"5", "x"}),
        ('{"path":"/","data":[null,{},null,{}]}', {"1", "3"}),
        ('{"path":"/","data":{"5/bio":"b"}}', {"5"}),
        ('{"path":"/5/bio","data":"b"}', {"5"}),
    ],
)
def test_each_form_of_a_message_names_its_rows(data: str, keys: set[str]):
    assert listening._rows("put", data) == keys
