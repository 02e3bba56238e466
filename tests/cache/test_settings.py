"""Where answers may be kept, and by whom that is decided."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from movieverse.cache import levels
from movieverse.checks import answers_can_be_kept
from tests.cache.conftest import MOVIES, client
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def nowhere(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store on a server, but no Redis."""
    settings.CACHE_SOURCE, settings.REDIS_URL = "CACHE", ""
    monkeypatch.setattr(levels, "_are_files", lambda: False)
    monkeypatch.setattr(levels, "current", levels.current.__wrapped__)


def test_with_the_database_as_the_source_every_answer_is_built():
    site: APIClient = client()
    assert [site.get(MOVIES)["X-Cache"] for _ in range(2)] == ["bypass", "bypass"]
    assert "X-Cache" not in site.get("/api/v1/changes/")
    assert "X-Cache" not in site.get("/livez")


def test_what_is_looked_at_is_counted_with_the_database_as_the_source_too(looks: list[tuple[str, int]]):
    movie = make_movie()
    client().get(f"/api/v1/movies/{movie.pk}/")
    client().get(MOVIES)
    assert looks == [("view", movie.pk)]


def test_where_nobody_would_tell_of_changes_nothing_is_kept_and_that_is_said(nowhere: None):
    site = client()
    assert [site.get(MOVIES)["X-Cache"] for _ in range(2)] == ["bypass", "bypass"]
    (warning,) = answers_can_be_kept(None)
    assert "REDIS_URL" in str(warning.hint)
    levels.touch(["movie"])


def test_who_has_decided_for_the_database_is_not_warned(nowhere: None, settings: Any):
    settings.CACHE_SOURCE = "DATABASE"
    assert answers_can_be_kept(None) == []


def test_who_has_redis_or_nothing_but_files_is_not_warned(settings: Any):
    settings.CACHE_SOURCE = "CACHE"
    assert answers_can_be_kept(None) == []
