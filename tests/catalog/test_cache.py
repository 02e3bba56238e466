"""The site's settings, as this process keeps them."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.catalog import cache
from apps.catalog.models import Setting
from apps.catalog.selectors import setting
from apps.catalog.services import setting_reset, setting_set
from movieverse.exceptions import StoreUnavailable

pytestmark = pytest.mark.usefixtures("stores")

NAME = "review_max_length"


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(cache.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def away(monkeypatch):
    """Takes the catalogue away."""

    def refuse(*args: object, **options: object) -> None:
        raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "it is away")

    return lambda: monkeypatch.setattr(Setting, "objects", type("Away", (), {"values_list": refuse})())


def changed_elsewhere(value: int) -> None:
    """By another process, which cannot tell this one."""
    Setting.objects.update_or_create(pk=NAME, defaults={"value": value})


def test_what_another_process_sets_holds_here_after_a_second(clock: list[float]):
    default = setting(NAME)
    changed_elsewhere(10)
    clock[0] += 0.9
    assert setting(NAME) == default
    clock[0] += 0.2
    assert setting(NAME) == 10


def test_what_this_process_sets_holds_at_once(clock: list[float]):
    default = setting(NAME)
    setting_set(name=NAME, value=10)
    assert setting(NAME) == 10
    setting_reset(name=NAME)
    assert setting(NAME) == default


def test_within_the_second_nobody_is_asked(clock: list[float]):
    setting(NAME)
    with CaptureQueriesContext(connections["catalog"]) as queries:
        assert setting("reviews_open") is True
    assert not queries


def test_while_the_catalogue_is_away_settings_are_as_they_were(clock: list[float], away):
    setting_set(name=NAME, value=10)
    assert setting(NAME) == 10
    away()
    for _ in range(3):
        clock[0] += 60
        assert setting(NAME) == 10


def test_a_process_that_never_knew_them_says_that_the_catalogue_is_away(away):
    away()
    with pytest.raises(StoreUnavailable):
        setting(NAME)
