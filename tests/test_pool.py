"""Processes that work beside this one."""

import os

import pytest
from django.db import connections

from movieverse.exceptions import StoreUnavailable
from movieverse.pool import ProcessEnded, worked_off


class Counting:
    """How often a process has called its copy."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, item: int) -> int:
        self.calls += 1
        return self.calls


def name_of_database(alias: str) -> str:
    return str(connections[alias].settings_dict["NAME"])


def fail(alias: str) -> None:
    raise StoreUnavailable(alias, "A_URL", "it is asleep")


def test_what_is_made_is_handed_over_in_its_order():
    assert list(worked_off(abs, range(-60, 0))) == list(range(60, 0, -1))


def test_a_process_remembers_what_it_did_and_the_caller_does_not():
    counting = Counting()
    counted = list(worked_off(counting, range(60)))
    assert 1 < max(counted) <= 60
    assert counting.calls == 0


def test_the_databases_are_those_of_the_caller(monkeypatch):
    monkeypatch.setitem(connections["catalog"].settings_dict, "NAME", "another")
    assert list(worked_off(name_of_database, ["catalog", "reviews"])) == ["another", name_of_database("reviews")]


def test_an_error_is_told_as_it_was():
    with pytest.raises(StoreUnavailable, match="asleep.*A_URL") as error:
        list(worked_off(fail, ["catalog"]))
    assert error.value.alias == "catalog"


def test_a_process_that_is_killed_is_waited_for_by_nobody():
    with pytest.raises(ProcessEnded, match="was killed"):
        list(worked_off(os._exit, [1]))


class Poisoned:
    """What no process can take over, longer than a pipe holds."""

    def __init__(self) -> None:
        self.length = bytes(1_000_000)

    def __setstate__(self, state: object) -> None:
        os._exit(1)

    def __call__(self, item: int) -> int:
        return item


def test_one_that_ends_before_it_begins_is_waited_for_by_nobody():
    with pytest.raises(ProcessEnded):
        list(worked_off(Poisoned(), [1]))
