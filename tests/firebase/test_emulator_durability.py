"""What was acknowledged outlives the process, however it ends; and what keeps it from starting is said in a line."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from tests.firebase.emulator import MODULE, ROOT, Namespace, launch, running


def test_every_acknowledged_write_outlives_a_kill(tmp_path):
    acknowledged: dict[str, int] = {}

    def write(store: Namespace, name: str) -> None:
        for number in range(100_000):
            try:
                store.patch("/.json", {f"{name}/last": number, f"{name}/all/n{number}": True}, print="silent")
            except requests.ConnectionError:
                return
            acknowledged[name] = number

    for _ in range(2):
        with running(tmp_path) as emulator:
            threads = [threading.Thread(target=write, args=(emulator.namespace("kept"), name)) for name in "abcd"]
            for thread in threads:
                thread.start()
            time.sleep(0.5)
            emulator.kill()
            for thread in threads:
                thread.join()
        with running(tmp_path) as emulator:
            kept = emulator.namespace("kept").get("/.json")
        for name in "abcd":
            assert acknowledged[name] > 10
            assert kept[name]["last"] in (acknowledged[name], acknowledged[name] + 1)
            assert kept[name]["all"].keys() >= {f"n{number}" for number in range(acknowledged[name] + 1)}


def test_all_kinds_of_writes_are_there_after_an_orderly_end(tmp_path):
    with running(tmp_path) as emulator:
        store = emulator.namespace("kept")
        store.put("/a.json", {"b": {"c": 1.0}, "list": ["é", None, {"x": True}], "at": {".sv": "timestamp"}})
        store.patch("/.json", {"a/b": None, "count": {".sv": {"increment": 3}}})
        store.post("/log.json", "text")
        store.put("/gone.json", 1)
        store.delete("/gone.json")
        emulator.namespace("other").put("/.json", "a root may be a value")
        before = store.get("/.json")
    for _ in range(2):
        with running(tmp_path, "--keep-alive", 1) as emulator:
            assert emulator.namespace("kept").get("/.json") == before
            assert emulator.namespace("other").get("/.json") == "a root may be a value"


def test_the_journal_is_shortened_at_each_start_and_goes_with_the_last_data(tmp_path):
    journal = tmp_path / "kept.journal"
    with running(tmp_path) as emulator:
        store = emulator.namespace("kept")
        for number in range(20):
            store.put("/a.json", number)
        assert len(journal.read_bytes().splitlines()) == 20
    with running(tmp_path) as emulator:
        assert journal.read_bytes() == b'{"":{"a":19}}\n'
        emulator.namespace("kept").delete("/.json")
        assert emulator.namespace("never-written").get("/.json") is None
    with running(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_half_a_last_line_was_never_acknowledged(tmp_path):
    (tmp_path / "kept.journal").write_bytes(b'{"a":1}\n{"b":2}\n{"c":')
    with running(tmp_path) as emulator:
        store = emulator.namespace("kept")
        assert store.get("/.json") == {"a": 1, "b": 2}
        store.put("/d.json", 4)
        emulator.kill()
    with running(tmp_path) as emulator:
        assert emulator.namespace("kept").get("/.json") == {"a": 1, "b": 2, "d": 4}


def test_a_write_that_the_disk_does_not_take_is_refused_and_not_seen(tmp_path):
    # The limit of the files' size stands in for a full disk.
    code = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); sys.argv[0] = 'emulator';"
        f"runpy.run_module('{MODULE}', run_name='__main__')"
    )
    command = [sys.executable, "-c", code, "--port", "0", "--data", str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        url = process.stderr.readline().split()[-1]
        assert requests.put(f"{url}/a.json", json="first", timeout=10).ok
        answer = requests.put(f"{url}/b.json", json="x" * 5000, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (500, "The write could not be kept: File too large")
        assert requests.put(f"{url}/c.json", json="last", timeout=10).ok
        assert requests.get(f"{url}/.json", timeout=10).json() == {"a": "first", "c": "last"}
    finally:
        process.kill()
        process.communicate()
    assert (tmp_path / "default.journal").read_bytes() == b'{"a":"first"}\n{"c":"last"}\n'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_asked_also_with_streams_open(tmp_path, number):
    with running(tmp_path, "--fsync") as emulator:
        store = emulator.namespace("kept")
        with store.listen("/.json") as told:
            next(told)
            store.put("/a.json", 1)
            os.kill(emulator.process.pid, number)
            assert emulator.process.wait(5) == 0
        assert emulator.process.stderr.read() == ""
    with running(tmp_path) as emulator:
        assert emulator.namespace("kept").get("/.json") == {"a": 1}


def test_it_says_that_it_is_for_development(emulator):
    assert emulator.notice.startswith(
        "MovieVerse's Realtime Database emulator, for development and tests only: no security rules, no TLS,"
    )


def test_it_needs_nothing_but_python(tmp_path):
    """The package may be copied anywhere: no other of ours is imported, nor any that pip has installed."""
    shutil.copytree(ROOT / MODULE.replace(".", "/"), tmp_path / "emulator")
    command = [sys.executable, "-S", "-m", "emulator", "--port", "0", "--data", "data"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        assert "for development and tests only" in process.stderr.readline()
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0


def complaint(folder, *options) -> str:
    process = launch(folder, *options)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 1
    assert said.count("\n") == 1
    return said.strip()


def test_a_folder_serves_one_emulator(tmp_path):
    with running(tmp_path):
        assert complaint(tmp_path) == f"{tmp_path} is in use by another emulator."


def test_what_keeps_it_from_starting_is_said_in_a_line(tmp_path):
    file = tmp_path / "file"
    file.write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (
            complaint(tmp_path / "a", "--port", port) == f"Cannot listen on 127.0.0.1:{port}: Address already in use."
        )
    assert complaint(tmp_path / "b", "--port", 70_000) == "70000 is no port: 0 to 65535."
    assert complaint(file / "c") == f"{file / 'c'} cannot hold the data: Not a directory."
    assert complaint(tmp_path / "d", "--rules", file) == f'{file} has no rules: it must be JSON, {{"rules": {{…}}}}.'
    missing = tmp_path / "none"
    assert complaint(tmp_path / "e", "--rules", missing).endswith("cannot be read: No such file or directory.")


def test_a_damaged_journal_is_named(tmp_path):
    journal = tmp_path / "kept.journal"
    journal.write_text(json.dumps({"a": 1}) + "\nnonsense\n" + json.dumps({"b": 1}) + "\n")
    assert complaint(tmp_path) == f"{journal}, line 2 is damaged: mend it, or remove it."
