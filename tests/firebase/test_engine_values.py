"""What is written comes back as it was."""

import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError
from django.db.models import F, Value

from tests.firebase.things import Thing, firebase, things  # noqa: F401

pytestmark = pytest.mark.usefixtures("firebase")

VALUES = {
    "number": 2**53 - 1,
    "real": 0.1 + 0.2,
    "price": Decimal("12345678901234567890.1234567891"),
    "is_good": False,
    "note": 'Ünïcödé 💥 \u0000 \uffff "quotes" & = # % + ? / \\',
    "day": date(988, 2, 29),
    "clock": time(23, 59, 59, 1),
    "at": datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC),
    "moment": datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=UTC),
    "length": -timedelta(days=3, microseconds=1),
    "token": uuid.UUID(int=5),
    "numbers": [3, 1, 2, 1],
    "names": ["", "é", "null"],
}


def stored(name: str) -> Thing:
    return things.get(pk=name)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_each_kind_comes_back_and_is_found_by(name):
    things.create(pk="a", **{name: VALUES[name]})
    assert getattr(stored("a"), name) == VALUES[name]
    if name not in ("numbers", "names"):
        assert things.filter(**{name: VALUES[name]}).exists()
        assert things.values_list(name, flat=True).get(pk="a") == VALUES[name]


@pytest.mark.parametrize(
    "name", ["price", "is_good", "note", "day", "clock", "at", "moment", "length", "token", "data"]
)
def test_nothing_is_nothing_and_found_as_such(name):
    things.create(pk="a")
    assert getattr(stored("a"), name) is None
    assert things.filter(**{f"{name}__isnull": True}).count() == 1
    assert not things.filter(**{f"{name}__isnull": False}).exists()


def test_an_empty_text_is_not_nothing():
    things.create(pk="a", note="")
    assert stored("a").note == ""
    assert not things.filter(note=None).exists()


@pytest.mark.parametrize(
    "document",
    [
        {}, [], "", 0, False, 1.5, "text", [[]], [{}], {"a": []}, {"a": {}}, {"a": None}, [None], [1, None, 2],
        [None, None, 3],
        {"0": "zero", "1": "one"}, {"00": 1, "7": 2}, {"": "nameless"}, {"a.b$c#d[e]f/g": 1},
        {"~2E": 1, "~null": True},
        {"~dict": 1}, {"é 💥": {"ключ": ["значение"]}}, {"\x00\x1f\x7f": 1}, {".sv": "timestamp"}, {"a": {".value": 1}},
        {"big": 2**70, "small": -(2**70)}, {"deep": [[[[{"a": [{"b": {"c": [1, [2, [3]]]}}]}]]]]},
        [{"_id": 1}, {"_then": 2}],
    ],
)  # fmt: skip
def test_nested_json_comes_back_as_it_was(document):
    things.create(pk="a", data=document)
    assert stored("a").data == document
    things.update(data=None)
    assert stored("a").data is None
    things.filter(pk="a").update(data=document)
    assert stored("a").data == document


def test_json_null_is_something():
    from django.db.models import JSONField

    things.create(pk="a", data=Value(None, JSONField()))
    assert stored("a").data is None
    assert not things.filter(data__isnull=True).exists()


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "5",
        "007",
        "a.b",
        "$a",
        "#",
        "[a]",
        "a/b/c",
        "",
        "~",
        "~2E",
        "%2E",
        "é💥",
        "a b",
        "?x=1&y",
        "..",
        "\x01",
        "null",
        "_then",
    ],
)
def test_every_text_can_be_a_key(name):
    things.create(pk=name, group=1)
    things.create(pk=f"{name}+")
    assert stored(name).pk == name
    assert things.filter(pk__in=[name]).values_list("pk", flat=True).get() == name
    assert things.filter(pk=name).update(group=2) == 1
    assert {thing.pk: thing.group for thing in things.all()} == {name: 2, f"{name}+": 0}
    assert things.filter(pk=name).delete()[0] == 1
    assert things.get().pk == f"{name}+"


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("number", 2**53, "too big a number"),
        ("real", float("nan"), "no number"),
        ("data", {"a": float("inf")}, "no JSON|no number"),
        ("note", "half \ud83d", "half of a letter"),
        ("name", "x" * 800, "768 bytes"),
    ],
)
def test_what_the_store_cannot_hold_is_refused_by_name(name, value, complaint):
    with pytest.raises(DataError, match=complaint):
        things.create(**{"name": "a"} | {name: value})
    assert not things.exists()


def test_json_that_is_too_deep_is_refused():
    deep: list = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(DataError):
        things.create(pk="a", data=deep)
    assert not things.exists()


def test_a_column_that_is_not_null_is_never_null():
    with pytest.raises(IntegrityError, match=r"Thing\.number"):
        things.create(pk="a", number=None)
    things.create(pk="a", number=1)
    with pytest.raises(IntegrityError, match=r"Thing\.number"):
        things.update(number=None)
    with pytest.raises(IntegrityError, match=r"Thing\.number"):
        things.update(number=F("price"))


def test_a_moment_of_another_zone_is_the_same_moment():
    at = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    things.create(pk="a", at=at)
    assert stored("a").at == at
    assert things.filter(at__lt=datetime(2026, 1, 1, 1, tzinfo=UTC)).exists()


def test_a_number_that_grows_too_big_is_refused_as_one_that_is():
    things.create(pk="a", number=2**53 - 2)
    for value in (F("number") * 4, F("number") + 10):
        with pytest.raises(DataError, match="too big a number"):
            things.filter(pk="a").update(number=value)
    assert stored("a").number == 2**53 - 2


def test_many_rows_are_brought_to_nothing_and_to_empty_lists():
    things.bulk_create([Thing(pk=name, data={"a": 1}, names=["x"], note="x") for name in "ab"])
    rows = list(things.all())
    for row in rows:
        row.data, row.names, row.note = None, [], None
    things.bulk_update(rows, ["data", "names", "note"])
    assert things.filter(data__isnull=True, note__isnull=True).count() == 2
    assert [row.names for row in things.all()] == [[], []]
