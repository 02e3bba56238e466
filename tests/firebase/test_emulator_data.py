"""Reading and writing at any depth: what is stored, and what comes back."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.firebase.emulator import refused

A_DAY = 86_400_000  # milliseconds


def test_what_is_put_is_read_at_any_depth(store):
    assert store.put("/users/ada.json", {"name": "Ada", "born": 1815}) == {"name": "Ada", "born": 1815}
    assert store.get("/.json") == {"users": {"ada": {"name": "Ada", "born": 1815}}}
    assert store.get("/users/ada/name.json") == "Ada"
    assert store.get("/users/ada/name/.json") == "Ada"
    assert store.get("/users/nobody/name/first.json") is None


def test_put_replaces_all_that_was_there(store):
    store.put("/a.json", {"b": 1, "c": {"d": 2}})
    store.put("/a.json", {"c": {"e": 3}})
    assert store.get("/.json") == {"a": {"c": {"e": 3}}}
    store.put("/a/c/e/f.json", "below what was a number")
    assert store.get("/.json") == {"a": {"c": {"e": {"f": "below what was a number"}}}}


def test_deleting_leaves_no_empty_parents(store):
    store.put("/a/b/c.json", 1)
    assert store.delete("/a/b/c.json") is None
    assert store.get("/.json") is None


def test_deleting_below_a_value_leaves_the_value(store):
    store.put("/a.json", "text")
    store.delete("/a/b.json")
    assert store.get("/a.json") == "text"


def test_nulls_and_empty_objects_and_arrays_vanish(store):
    assert store.put("/a.json", {"b": None, "c": {}, "d": [], "e": {"f": [None, {}]}, "g": 0}) == {"g": 0}
    assert store.put("/a.json", {"b": {}}) is None
    assert store.get("/.json") is None


def test_a_namespace_is_a_tree_of_its_own_and_its_case_does_not_matter(emulator, store):
    store.put("/a.json", 1)
    assert emulator.namespace("another").get("/a.json") is None
    assert emulator.namespace(store.name.upper()).get("/a.json") == 1


def test_paths_are_percent_decoded(store):
    store.put("/caf%C3%A9/a%20b%25.json", 1)
    assert store.get("/.json") == {"café": {"a b%": 1}}


@pytest.mark.parametrize(
    "value",
    ["", "text", "😀 ﬁlm", True, False, 0, -1, 1.5, 1e300, 2**63 - 1, -(2**63), {"a": {"b": [{"c": "d"}]}}],
)
def test_values_come_back_as_they_were(store, value):
    store.put("/value.json", value)
    back = store.get("/value.json")
    assert (back, type(back)) == (value, type(value))


def test_integers_beyond_64_bits_become_floats(store):
    assert isinstance(store.put("/value.json", 2**63), float)


def test_of_a_key_given_twice_the_last_counts(store):
    assert store.put("/a.json", b'{"b": 1, "b": 2}') == {"b": 2}


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ({"0": "a", "1": "b"}, ["a", "b"]),
        ({"0": "a", "2": "c"}, ["a", None, "c"]),
        ({"1": "b", "2": "c"}, [None, "b", "c"]),
        ({"0": "a", "3": "d"}, {"0": "a", "3": "d"}),
        ({"1": "b"}, {"1": "b"}),
        ({"5": "f", "7": "h"}, {"5": "f", "7": "h"}),
        ({"0": "a", "x": "b"}, {"0": "a", "x": "b"}),
        ({"0": "a", "01": "b"}, {"0": "a", "01": "b"}),
        ({"-1": "a", "0": "b"}, {"-1": "a", "0": "b"}),
        ({"99999999999999999999": "a"}, {"99999999999999999999": "a"}),
        (["a", None, "c"], ["a", None, "c"]),
        ([None, None, "c"], {"2": "c"}),
    ],
)
def test_an_object_is_an_array_when_most_numbers_up_to_its_highest_have_a_value(store, stored, read):
    store.put("/list.json", {"inside": stored})
    assert store.get("/list.json") == {"inside": read}
    assert store.get("/list/inside.json") == read


def test_an_arrays_items_have_their_numbers_as_keys(store):
    store.put("/list.json", ["a", {"b": "c"}])
    assert store.get("/list/1/b.json") == "c"
    store.delete("/list/0.json")
    assert store.get("/list.json") == {"1": {"b": "c"}}


def test_patch_leaves_what_it_does_not_name(store):
    store.put("/a.json", {"b": 1, "c": 2, "d": {"e": 3, "f": 4}})
    answer = store.patch("/a.json", {"b": 10, "c": None, "d/e": {"g": 5}, "/h/i": [6]})
    assert answer == {"b": 10, "c": None, "d/e": {"g": 5}, "/h/i": [6]}
    assert store.get("/a.json") == {"b": 10, "d": {"e": {"g": 5}, "f": 4}, "h": {"i": [6]}}


@pytest.mark.parametrize(
    "update",
    [{"a": 1, "a/b": 2}, {"a/b/c": 1, "x": 2, "a/b": 3}, {"a/b": 1, "/a/b": 2}, {"a": 1, "b.c": 2}, {"a": 1, "": 2}],
)
def test_an_update_is_made_whole_or_not_at_all(store, update):
    store.put("/a.json", "before")
    refused(store.call("PATCH", "/.json", update))
    assert store.get("/.json") == {"a": "before"}


def test_paths_that_only_begin_alike_do_not_overlap(store):
    store.patch("/.json", {"a": 1, "ab": 2, "a-": 3})
    assert store.get("/.json") == {"a": 1, "ab": 2, "a-": 3}


def test_an_update_must_be_an_object(store):
    assert refused(store.call("PATCH", "/a.json", [1])).startswith("Invalid data; couldn't parse JSON object.")
    assert store.patch("/a.json", {}) == {}


def test_readers_see_all_of_an_update_or_nothing(store):
    store.put("/.json", {"a": {"n": 0}, "b": {"n": 0}})

    def write() -> None:
        for number in range(150):
            store.patch("/.json", {"a/n": number, "b/n": number})

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            seen = store.emulator.namespace(store.name).get("/.json")
            assert seen["a"] == seen["b"]
        writing.result()
    assert seen["a"]["n"] > 0


def test_pushed_children_have_keys_in_the_order_they_came(store):
    names = [store.post("/list.json", number)["name"] for number in range(50)]
    assert names == sorted(names)
    assert {len(name) for name in names} == {20}
    assert store.get("/list.json") == dict(zip(names, range(50), strict=True))


def test_the_server_fills_in_its_time(store):
    row = store.put("/row.json", {"made": {".sv": "timestamp"}, "deep": [{"at": {".sv": "timestamp"}}]})
    assert abs(row["made"] - time.time() * 1000) < A_DAY
    assert row["deep"][0]["at"] == row["made"]
    assert store.get("/row.json") == row
    assert store.patch("/row.json", {"made": {".sv": "timestamp"}})["made"] >= row["made"]


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [(None, 2, 2), (40, 2, 42), (1, -0.5, 0.5), ("text", 3, 3), (True, 3, 3), ({"x": 1}, 3, 3)],
)
def test_the_server_adds_to_what_is_there(store, before, step, after):
    store.put("/row/count.json", before)
    assert store.patch("/.json", {"row/count": {".sv": {"increment": step}}}) == {"row/count": after}
    assert store.get("/row/count.json") == after


def test_a_replaced_object_can_add_to_what_it_had(store):
    store.put("/row.json", {"views": 7, "name": "old"})
    assert store.put("/row.json", {"views": {".sv": {"increment": 1}}}) == {"views": 8}


def test_increments_of_many_clients_all_count(store):
    def count(_: int) -> None:
        client = store.emulator.namespace(store.name)
        for _ in range(25):
            client.put("/count.json", {".sv": {"increment": 1}})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))
    assert store.get("/count.json") == 200


@pytest.mark.parametrize(
    "value",
    [
        {".sv": "now"},
        {".sv": {"increment": "1"}},
        {".sv": {"increment": True}},
        {".sv": {"increment": 1, "x": 1}},
        {".sv": "timestamp", "x": 1},
        {".sv": None},
    ],
)
def test_unknown_server_values_are_refused(store, value):
    assert "Invalid server value" in refused(store.call("PUT", "/a/b.json", value))


def test_shallow_shows_the_keys_of_objects(store):
    store.put("/a.json", {"b": {"c": 1}, "d": "text", "e": [1]})
    assert store.get("/a.json", shallow="true") == {"b": True, "d": "text", "e": True}
    assert store.get("/a/d.json", shallow="true") == "text"
    assert store.get("/x.json", shallow="true") is None
    assert "shallow" in refused(store.call("GET", "/a.json", shallow="true", orderBy='"$key"'))


def test_print_silences_or_indents_the_answer(store):
    for method in ("PUT", "PATCH", "POST", "GET", "DELETE"):
        answer = store.call(method, "/a.json", ... if method in ("GET", "DELETE") else {"b": 1}, print="silent")
        assert (answer.status_code, answer.content) == (204, b""), method
    store.put("/a.json", {"b": 1})
    assert store.call("GET", "/a.json", print="pretty").text == '{\n  "b": 1\n}\n'


def etag_of(store, path: str) -> str:
    return store.call("GET", path, headers={"X-Firebase-ETag": "true"}).headers["ETag"]


def test_the_etag_follows_the_content(store):
    assert etag_of(store, "/a.json") == "null_etag"
    assert "ETag" not in store.call("GET", "/a.json").headers
    store.put("/a.json", {"b": 1, "c": 2})
    first = etag_of(store, "/a.json")
    answer = store.call("PUT", "/a.json", {"c": 2, "b": 3}, headers={"X-Firebase-ETag": "true"})
    assert answer.headers["ETag"] == etag_of(store, "/a.json") != first
    store.put("/a.json", {"c": 2, "b": 1})
    assert etag_of(store, "/a.json") == first


def test_what_has_not_changed_is_not_sent_again(store):
    store.put("/a.json", 1)
    seen = {"If-None-Match": etag_of(store, "/a.json")}
    answer = store.call("GET", "/a.json", headers=seen)
    assert (answer.status_code, answer.content) == (304, b"")
    store.put("/a.json", 2)
    answer = store.call("GET", "/a.json", headers=seen)
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (200, 2, etag_of(store, "/a.json"))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_conditional_write_needs_what_the_client_has_seen(store, method):
    store.put("/a.json", {"n": 1})
    answer = store.call(method, "/a.json", {"n": 5}, headers={"if-match": "null_etag"})
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (412, {"n": 1}, etag_of(store, "/a.json"))
    answer = store.call(method, "/a.json", {"n": 5}, headers={"if-match": answer.headers["ETag"]})
    assert (answer.status_code, answer.headers["ETag"]) == (200, etag_of(store, "/a.json"))
    assert store.get("/a.json") == ({"n": 5} if method == "PUT" else None)


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_other_writes_take_no_condition(store, method):
    assert "if-match" in refused(store.call(method, "/a.json", {"n": 5}, headers={"if-match": "null_etag"}))
    assert store.get("/a.json") is None


def test_a_post_may_stand_for_another_method(store):
    store.call("POST", "/a.json", {"b": 1}, headers={"X-HTTP-Method-Override": "PUT"})
    assert store.call("POST", "/a.json", headers={"X-HTTP-Method-Override": "GET"}).json() == {"b": 1}


@pytest.mark.parametrize("secret", [{"auth": "token"}, {"access_token": "token"}, {"headers": {"Authorization": "x"}}])
def test_any_credential_will_do(store, secret):
    assert store.put("/a.json", 1, **secret) == 1
