"""Queries choose by the documented order across types. (An answer in JSON has none itself.)"""

import json
import random

import pytest

from tests.firebase.emulator import refused, running

# In their order: null, false, true, numbers, strings by UTF-16, objects; those alike by their keys.
MIXED = {
    "no-such-child": {"other": 1},
    "scalar": "has no children",
    "f": {"v": False},
    "t1": {"v": True},
    "t2": {"v": True},
    "minus": {"v": -5},
    "half": {"v": 0.5},
    "2": {"v": 7},
    "10": {"v": 7},
    "a7": {"v": 7.0},
    "empty": {"v": ""},
    "upper": {"v": "B"},
    "lower": {"v": "a"},
    "emoji": {"v": "😀"},
    "private": {"v": "\ue000"},
    "object": {"v": {"x": 1}},
}


def in_order(store, path: str, by: str, **filters) -> list[str]:
    """The keys, found out of the answers to growing limits."""
    keys: list[str] = []
    while (found := store.query(path, by, limitToFirst=len(keys) + 1, **filters)) and len(found) > len(keys):
        keys += [key for key in found if key not in keys]
    return keys


@pytest.fixture
def mixed(store):
    children = list(MIXED.items())
    random.shuffle(children)
    store.put("/mixed.json", dict(children))
    return store


def test_children_are_ordered_across_types(mixed):
    assert in_order(mixed, "/mixed.json", "v") == list(MIXED)


@pytest.mark.parametrize(
    ("filters", "first", "last"),
    [
        ({"startAt": 7}, "2", "object"),
        ({"startAfter": 7}, "empty", "object"),
        ({"endAt": 7}, "no-such-child", "a7"),
        ({"endBefore": 7}, "no-such-child", "half"),
        ({"equalTo": 7}, "2", "a7"),
        ({"equalTo": True}, "t1", "t2"),
        ({"equalTo": None}, "no-such-child", "scalar"),
        ({"startAt": False, "endAt": True}, "f", "t2"),
        ({"startAt": "", "endAt": "a"}, "empty", "lower"),
        ({"startAt": "😀", "endAt": "\uf8ff"}, "emoji", "private"),
        ({"startAfter": None, "endBefore": ""}, "f", "a7"),
        ({"startAt": -5, "limitToLast": 1}, "object", "object"),
    ],
)
def test_bounds_choose_a_range(mixed, filters, first, last):
    keys = list(MIXED)
    expected = keys[keys.index(first) : keys.index(last) + 1]
    assert mixed.query("/mixed.json", "v", **filters) == {key: MIXED[key] for key in expected}


def test_limits_choose_from_either_end(mixed):
    keys = list(MIXED)
    assert mixed.query("/mixed.json", "v", limitToLast=3).keys() == set(keys[-3:])
    assert mixed.query("/mixed.json", "v", startAt=7, limitToFirst=2).keys() == {"2", "10"}
    assert mixed.query("/mixed.json", "v", endAt=7, limitToLast=1).keys() == {"a7"}
    assert mixed.query("/mixed.json", "v", limitToFirst=1000) == MIXED


def test_nothing_found_is_an_empty_object_and_nothing_there_is_null(mixed):
    assert mixed.query("/mixed.json", "v", equalTo="nothing") == {}
    assert mixed.query("/nowhere.json", "v", equalTo="nothing") is None
    assert mixed.query("/mixed/scalar.json", "v") is None


def test_keys_that_are_32_bit_integers_go_first_as_numbers(store):
    keys = [
        "-2147483648",
        "-3",
        "0",
        "5",
        "05",
        "10",
        "2147483647",
        "-",
        "-2147483649",
        "2147483648",
        "A",
        "a",
        "😀",
        "\ue000",
    ]
    store.put("/keys.json", dict.fromkeys(random.sample(keys, len(keys)), 1))
    assert in_order(store, "/keys.json", "$key") == keys
    assert store.query("/keys.json", "$key", startAt="5", endAt="10").keys() == {"5", "05", "10"}
    assert store.query("/keys.json", "$key", startAfter="a").keys() == {"😀", "\ue000"}
    assert store.query("/keys.json", "$key", equalTo="A") == {"A": 1}
    assert store.query("/keys.json", "$key", limitToLast=1) == {"\ue000": 1}


def test_children_are_ordered_by_their_own_values(store):
    store.put("/scores.json", {"a": 3, "b": "text", "c": 1, "d": False})
    assert in_order(store, "/scores.json", "$value") == ["d", "c", "a", "b"]
    assert store.query("/scores.json", "$value", startAt=2, endAt=9) == {"a": 3}


def test_children_are_ordered_by_deep_paths(store):
    store.put("/films.json", {"a": {"size": {"w": 2}}, "b": {"size": {"w": 1}}, "c": {"size": 9}})
    assert in_order(store, "/films.json", "size/w") == ["c", "b", "a"]
    assert store.query("/films.json", "size/w", equalTo=2).keys() == {"a"}


def test_what_is_found_is_an_array_like_any_other(store):
    store.put("/list.json", [{"n": 1}, {"n": 2}, {"n": 3}])
    assert store.query("/list.json", "n", endAt=2) == [{"n": 1}, {"n": 2}]
    assert store.query("/list.json", "n", startAt=2) == [None, {"n": 2}, {"n": 3}]
    assert store.query("/list.json", "n", startAt=3) == {"2": {"n": 3}}


@pytest.mark.parametrize(
    ("filters", "problem"),
    [
        ({"startAt": "1"}, "orderBy must be defined when other query parameters are defined"),
        ({"limitToFirst": "1"}, "orderBy must be defined when other query parameters are defined"),
        ({"orderBy": "height"}, "orderBy must be a valid JSON encoded path"),
        ({"orderBy": "1"}, "orderBy must be a valid JSON encoded path"),
        ({"orderBy": "NaN"}, "orderBy must be a valid JSON encoded path"),
        ({"orderBy": '""'}, "names no child"),
        ({"orderBy": '"a.b"'}, "Invalid key"),
        ({"orderBy": '"a"', "startAt": "text"}, "Constraint index field must be a JSON primitive"),
        ({"orderBy": '"a"', "endAt": "[1]"}, "Constraint index field must be a JSON primitive"),
        ({"orderBy": '"a"', "equalTo": "NaN"}, "Constraint index field must be a JSON primitive"),
        ({"orderBy": '"$key"', "equalTo": "5"}, "must be a JSON string"),
        ({"orderBy": '"a"', "limitToFirst": "0"}, "limitToFirst must be a positive integer"),
        ({"orderBy": '"a"', "limitToLast": "-1"}, "limitToLast must be a positive integer"),
        ({"orderBy": '"a"', "limitToLast": "1.5"}, "limitToLast must be a positive integer"),
        ({"orderBy": '"a"', "limitToFirst": "1", "limitToLast": "1"}, "cannot be used together"),
        ({"orderBy": '"a"', "startAt": "1", "equalTo": "1"}, "cannot be used together"),
        ({"orderBy": '"a"', "endAt": "1", "endBefore": "1"}, "cannot be used together"),
    ],
)
def test_unclear_queries_are_refused(store, filters, problem):
    assert problem in refused(store.call("GET", "/a.json", **filters))


def test_queries_of_many_children_stay_right_as_they_change(store):
    """From some number of children on their order is kept between queries."""
    rows = {f"k{number}": {"n": random.randrange(40)} for number in range(400)}
    store.put("/rows.json", rows)

    def check() -> None:
        ordered = sorted(rows, key=lambda key: (rows[key]["n"], key))
        assert store.query("/rows.json", "n", limitToFirst=15).keys() == set(ordered[:15])
        assert store.query("/rows.json", "n", limitToLast=15).keys() == set(ordered[-15:])
        equal = {key: row for key, row in rows.items() if row["n"] == 7}
        assert store.query("/rows.json", "n", equalTo=7) == equal

    check()
    for _ in range(60):
        key, number = f"k{random.randrange(450)}", random.randrange(40)
        if random.random() < 0.3 and len(rows) > 300:
            rows.pop(key, None)
            store.delete(f"/rows/{key}.json")
        else:
            rows[key] = {"n": number}
            store.patch("/.json", {f"rows/{key}/n": number})
        check()
    rows = {f"k{number}": {"n": -number} for number in range(300)}
    store.put("/.json", {"rows": rows})
    check()


def test_with_rules_only_what_is_indexed_can_be_ordered_by(tmp_path):
    rules = {
        ".read": False,
        "films": {".indexOn": ["year", "size/w"], "$film": {"scores": {".indexOn": ".value"}}},
        "logs": {"$day": {"$hour": {".indexOn": "at"}, "noon": {".indexOn": "by"}}},
    }
    (tmp_path / "rules.json").write_text(json.dumps({"rules": rules}))
    with running(tmp_path / "data", "--rules", tmp_path / "rules.json") as emulator:
        store = emulator.namespace("ruled")
        store.put("/films/a.json", {"year": 1999, "scores": {"b": 1}})
        for path, by in (
            ("/films.json", "year"),
            ("/films.json", "size/w"),
            ("/films.json", "$key"),
            ("/films/a/scores.json", "$value"),
            ("/logs/monday/one.json", "at"),
            ("/logs/monday/noon.json", "by"),
        ):
            store.query(path, by)
        for path, by, wanted in (
            ("/films.json", "title", "title"),
            ("/films.json", "$value", ".value"),
            ("/logs/monday/noon.json", "at", "at"),
            ("/elsewhere/deep.json", "year", "year"),
            ("/.json", "year", "year"),
        ):
            told = refused(store.call("GET", path, orderBy=json.dumps(by)))
            place = path.removesuffix(".json")
            assert told == f'Index not defined, add ".indexOn": "{wanted}", for path "{place}", to the rules'
