"""What is no request, or not of a kind that can be stored, gets a 4xx and an error that says why."""

import json

import pytest

from tests.firebase.emulator import refused

UNREADABLE = "Invalid data; couldn't parse JSON object, array, or value."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"nonsense",
        b"NaN",
        b"[Infinity]",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"[" * 100_000,
        b"1" * 5000,
    ],
    ids=lambda body: repr(body[:8]),
)
@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST"])
def test_what_is_no_json_is_refused(store, method, body):
    assert refused(store.call(method, "/a.json", body)) == UNREADABLE


@pytest.mark.parametrize(
    "key", ["", "a.b", "$a", "a#", "a[", "a]", "a/b", "\x00", "a\x1f", "\x7f", "k" * 769, "é" * 385]
)
def test_forbidden_keys_are_refused_at_any_depth(store, key):
    assert "Invalid key" in refused(store.call("PUT", "/a.json", {"b": [{key: 1}]}))
    assert "Invalid key" in refused(store.call("PUT", "/a.json", {key: None}))
    assert store.get("/.json") is None


@pytest.mark.parametrize(
    "path", ["/a%2Fb.json", "/a.b.json", "/$a.json", "/a%5B.json", "/%00.json", "/%7F/b.json", f"/{'k' * 769}.json"]
)
def test_forbidden_keys_are_refused_in_paths(store, path):
    for method in ("GET", "PUT"):
        assert "Invalid key" in refused(store.call(method, path, 1))


def test_the_longest_key_is_taken(store):
    for key in ("k" * 768, "é" * 384):
        assert store.put("/a.json", {key: 1}) == {key: 1}


@pytest.mark.parametrize("key", [".priority", ".value"])
def test_priorities_are_refused_by_name(store, key):
    assert "priorities are not supported" in refused(store.call("PUT", "/a.json", {"b": {key: 1}}))
    assert "priorities are not supported" in refused(store.call("GET", "/a.json", orderBy='"$priority"'))


def nested(levels: int) -> object:
    return {"a": nested(levels - 1)} if levels else 1


def test_32_levels_are_the_most(store):
    assert store.put("/a.json", nested(31)) == nested(31)
    assert "32 levels" in refused(store.call("PUT", "/a.json", nested(32)))
    assert "32 levels" in refused(store.call("PATCH", "/.json", {"a/b": nested(31)}))
    deep = "/a" * 32
    assert "32 levels" in refused(store.call("POST", f"{deep}.json", 1))
    assert "32 levels" in refused(store.call("PUT", f"{deep}/a.json", 1))
    assert store.get(f"{deep}.json") == 1


def test_strings_of_10_megabytes_are_the_longest(store):
    longest = "x" * (10 << 20)
    store.put("/a.json", longest, print="silent")
    assert store.get("/a.json") == longest
    assert "longer than 10 MB" in refused(store.call("PUT", "/a.json", longest + "x"))
    assert "longer than 10 MB" in refused(store.call("PUT", "/a.json", "é" * (5 << 20) + "x"))


@pytest.mark.parametrize("body", [b"1e999", b"[-1e999]", b"1" + b"0" * 400])
def test_numbers_no_double_can_hold_are_refused(store, body):
    assert "too large" in refused(store.call("PUT", "/a.json", body))


@pytest.mark.parametrize("body", [rb'"\ud800"', rb'{"a": "x\udfff"}', rb'{"\ud800": 1}'])
def test_half_a_surrogate_pair_is_refused(store, body):
    assert "surrogate" in refused(store.call("PUT", "/a.json", body))
    assert store.put("/a.json", rb'"\ud83d\ude00"') == "😀"


@pytest.mark.parametrize("name", ["", "a.b", "../x", "a/b", "x" * 101, "é"])
def test_a_namespace_is_a_plain_name(emulator, name):
    assert "Invalid namespace" in refused(emulator.namespace(name).call("PUT", "/a.json", 1))


def test_an_address_without_json_is_none(store):
    for path in ("/", "/a", "/a.jso"):
        assert "append .json" in refused(store.call("GET", path), 404)


def test_unknown_methods_are_refused(store):
    assert "GET, PUT, PATCH, POST or DELETE" in refused(store.call("OPTIONS", "/a.json"), 405)
    assert "DELETE" in refused(store.call("POST", "/a.json", 1, headers={"X-HTTP-Method-Override": "TRACE"}), 405)


def exchange(emulator, sent: bytes) -> tuple[int, bytes]:
    """The status and the rest of what comes until the emulator hangs up."""
    with emulator.connect() as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(received.split(b" ", 2)[1]), received


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /.json\r\n\r\n", 400),
        (b"GET /.json HTTP/1.1 x\r\n\r\n", 400),
        (b"GET /.json FTP/1.1\r\n\r\n", 400),
        (b"GET http://x/.json HTTP/1.1\r\n\r\n", 400),
        (b"GET /.json HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /.json HTTP/1.1\r\n: nameless\r\n\r\n", 400),
        (b"GET /.json HTTP/1.1\r\nX: 1\r\n folded\r\n\r\n", 400),
        (b"GET /.json HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /.json HTTP/1.1\r\n" + b"X: x\r\n" * 20_000 + b"\r\n", 431),
        (b"GET /.json?" + b"a=b&" * 200 + b" HTTP/1.1\r\n\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12", 400),
        (b"PUT /.json HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n12\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff0\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nContent-Length: 268435457\r\n\r\n", 400),
        (b"PUT /.json HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
    ],
    ids=range(21),
)
def test_malformed_and_oversized_requests_are_answered_and_the_connection_closed(emulator, sent, status):
    answered, received = exchange(emulator, sent)
    assert answered == status
    assert json.loads(received.partition(b"\r\n\r\n")[2]).keys() == {"error"}


def test_a_body_too_large_to_take_is_refused_before_it_is_sent(emulator):
    with emulator.connect() as connection:
        connection.sendall(b"PUT /.json HTTP/1.1\r\nContent-Length: 268435457\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_goes_on_sending_what_was_refused_sees_the_answer(emulator):
    head = b"PUT /.json HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n"
    assert exchange(emulator, head + b"x" * (8 << 20))[0] == 400


def test_a_client_that_expects_to_be_told_to_continue_is(emulator):
    with emulator.connect() as connection:
        connection.sendall(b"PUT /e.json?ns=http HTTP/1.1\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"7")
        assert connection.recv(1000).endswith(b"\r\n\r\n7")


def test_a_body_may_come_in_chunks(emulator):
    head = b"PUT /c.json?ns=http HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    status, received = exchange(emulator, head + b'4;x=y\r\n"abc\r\nA\r\ndefghijkl"\r\n0\r\nTrailer: x\r\n\r\n')
    assert (status, received.rpartition(b"\r\n")[2]) == (200, b'"abcdefghijkl"')


def test_one_connection_takes_many_requests_also_all_at_once(emulator):
    get = b"GET /nothing.json HTTP/1.1\r\nHost: x\r\n\r\n"
    last = get.replace(b"Host: x", b"Connection: close")
    assert exchange(emulator, get * 3 + last)[1].count(b"HTTP/1.1 200 OK") == 4


def test_a_client_that_hangs_up_within_its_request_has_written_nothing(emulator):
    with emulator.connect() as connection:
        connection.sendall(b"PUT /h.json?ns=http HTTP/1.1\r\nContent-Length: 5\r\n\r\n123")
    assert emulator.namespace("http").get("/h.json") is None
