"""Streams of events: what listeners are told of the writes at, above and below their place."""

import threading
import time
from contextlib import ExitStack
from itertools import islice

from tests.firebase.emulator import refused, running


def test_a_stream_begins_with_what_is_there(store):
    store.put("/a/b.json", {"c": ["é😀", 1]})
    with store.listen("/a.json") as told:
        assert next(told) == ("put", ("/", {"b": {"c": ["é😀", 1]}}))
    with store.listen("/nothing.json") as told:
        assert next(told) == ("put", ("/", None))


def test_writes_at_and_below_the_place_are_told_with_their_path(store):
    with store.listen("/a.json") as told:
        next(told)
        store.put("/a/b/c.json", 1)
        store.put("/elsewhere.json", 1)
        store.put("/ab.json", 1)
        store.delete("/a/b/c.json")
        store.put("/a.json", {"x": {".sv": {"increment": 2}}})
        name = store.post("/a/list.json", "pushed")["name"]
        assert [next(told) for _ in range(4)] == [
            ("put", ("/b/c", 1)),
            ("put", ("/b/c", None)),
            ("put", ("/", {"x": 2})),
            ("put", (f"/list/{name}", "pushed")),
        ]


def test_a_write_above_the_place_is_told_as_what_is_there_now(store):
    with store.listen("/a/b.json") as told:
        next(told)
        store.put("/a.json", {"b": {"c": 1}, "x": 2})
        store.patch("/.json", {"a": {"b": {"d": 3}}, "y": 4})
        store.delete("/.json")
        assert [next(told) for _ in range(3)] == [
            ("put", ("/", {"c": 1})),
            ("put", ("/", {"d": 3})),
            ("put", ("/", None)),
        ]


def test_an_update_is_one_patch(store):
    with store.listen("/a.json") as told:
        next(told)
        store.patch("/a.json", {"b": 1, "c/d": {"e": 2}, "f": None})
        store.patch("/a/b/c.json", {"d": 1})
        store.patch("/.json", {"a/x": 1, "a/y/z": [2], "other": 3})
        assert [next(told) for _ in range(3)] == [
            ("patch", ("/", {"b": 1, "c/d": {"e": 2}, "f": None})),
            ("patch", ("/b/c", {"d": 1})),
            ("patch", ("/", {"x": 1, "y/z": [2]})),
        ]


def test_refused_writes_and_those_to_other_namespaces_are_not_told(emulator, store):
    with store.listen("/.json") as told:
        next(told)
        refused(store.call("PATCH", "/.json", {"a": 1, "b.c": 2}))
        store.call("PUT", "/a.json", 1, headers={"if-match": "another"})
        emulator.namespace("elsewhere").put("/a.json", 1)
        store.put("/last.json", 1)
        assert next(told) == ("put", ("/last", 1))


def test_a_query_is_told_of_the_children_that_are_or_were_in_it(store):
    store.put("/films.json", {"old": {"at": 1}, "new": {"at": 10}})
    with store.listen("/films.json", orderBy='"at"', startAt="5") as told:
        assert next(told) == ("put", ("/", {"new": {"at": 10}}))
        store.put("/films/old/title.json", "still outside")
        store.put("/films/new/title.json", "changed")
        store.patch("/.json", {"films/old/at": 11, "films/other/at": 2})
        store.put("/films/new/at.json", 3)
        store.delete("/films/old.json")
        store.put("/films.json", {"a": {"at": 20}, "b": {"at": 0}})
        assert [next(told) for _ in range(5)] == [
            ("put", ("/new", {"at": 10, "title": "changed"})),
            ("put", ("/old", {"at": 11, "title": "still outside"})),
            ("put", ("/new", None)),
            ("put", ("/old", None)),
            ("put", ("/", {"a": {"at": 20}})),
        ]


def test_a_limited_query_is_told_of_what_comes_in_and_what_goes_out(store):
    store.put("/scores.json", {"a": 1, "b": 2, "c": 3})
    with store.listen("/scores.json", orderBy='"$value"', limitToLast="2") as told:
        assert next(told) == ("put", ("/", {"b": 2, "c": 3}))
        store.put("/scores/d.json", 4)
        assert sorted([next(told), next(told)]) == [("put", ("/b", None)), ("put", ("/d", 4))]
        store.delete("/scores/c.json")
        assert sorted([next(told), next(told)], key=str) == [("put", ("/b", 2)), ("put", ("/c", None))]


def test_an_unclear_query_begins_no_stream(store):
    headers = {"Accept": "text/event-stream"}
    assert "orderBy" in refused(store.call("GET", "/a.json", limitToFirst="1", headers=headers))


def test_signs_of_life_come_between_events(tmp_path):
    with running(tmp_path, "--keep-alive", 0.05) as emulator:
        store = emulator.namespace("quiet")
        with store.listen("/a.json") as told:
            assert [next(told) for _ in range(3)] == [("put", ("/", None)), ("keep-alive", None), ("keep-alive", None)]
            store.put("/a.json", 1)
            assert ("put", ("/", 1)) in islice(told, 20)


def test_a_reader_that_falls_behind_holds_nobody_up_and_has_to_connect_again(store):
    block = "x" * (1 << 20)
    with store.emulator.connect() as slow, store.listen("/a/last.json") as other:
        request = f"GET /a.json?ns={store.name} HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n"
        slow.sendall(request.encode())
        assert b"event-stream" in slow.recv(1000)
        next(other)
        for number in range(30):
            store.put(f"/a/{number}.json", block, print="silent")
        store.put("/a/last.json", "done")
        assert next(other) == ("put", ("/", "done"))
        told = b"".join(iter(lambda: slow.recv(1 << 20), b""))
    assert told.count(b"event: put") < 30


def test_an_event_larger_than_all_that_may_wait_is_told(store):
    block = "x" * (9 << 20)
    with store.emulator.connect() as reader:
        reader.sendall(f"GET /a.json?ns={store.name} HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n".encode())
        assert b"event-stream" in reader.recv(1000)
        store.put("/a.json", block, print="silent")
        received = 0
        while received < len(block):
            received += len(reader.recv(1 << 20))


def test_a_reader_that_stands_still_is_given_up(tmp_path):
    with running(tmp_path, "--keep-alive", 0.2) as emulator, emulator.connect() as reader:
        emulator.namespace("still").put("/a.json", "x" * (9 << 20), print="silent")
        emulator.namespace("still").put("/b.json", "x" * (9 << 20), print="silent")
        reader.sendall(b"GET /.json?ns=still HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n")
        time.sleep(0.6)
        told = b"".join(iter(lambda: reader.recv(1 << 20), b""))
    assert 0 < len(told) < 18 << 20


def test_many_streams_hold_no_request_up(store):
    with ExitStack() as stack:
        streams = [stack.enter_context(store.listen("/a.json")) for _ in range(40)]
        store.put("/a/b.json", 1)
        for told in streams:
            assert [next(told), next(told)] == [("put", ("/", None)), ("put", ("/b", 1))]


def test_each_listener_hears_every_write_in_the_order_they_were_made(store):
    def write(name: str) -> None:
        client = store.emulator.namespace(store.name)
        for number in range(30):
            client.put(f"/{name}.json", number)

    with store.listen("/.json") as one, store.listen("/.json") as other:
        next(one), next(other)
        writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        heard = [next(one) for _ in range(90)]
        assert heard == [next(other) for _ in range(90)]
        for name in "abc":
            assert [data for _, (path, data) in heard if path == f"/{name}"] == list(range(30))
