"""A site that gives ready-made answers, in stores that commit: embedded, or with Redis where the servers are."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.models import Genre, Movie, Setting
from apps.profiles.models import Profile
from apps.reviews.models import ModerationAct, Rating, RatingSummary, Review, Tag
from movieverse import tally
from movieverse.cache import levels, statistics
from movieverse.models import CacheUse
from tests.faults.conftest import eventually

MOVIES = "/api/v1/movies/"


def client() -> APIClient:
    """As clients of HTTP/1.1 do, it says which host it asks."""
    return APIClient(headers={"Host": "localhost"})


@pytest.fixture
def level(committed: Callable[..., None], settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    committed(Movie, Genre, Setting, Review, Rating, RatingSummary, Tag, ModerationAct, Profile, User, CacheUse)
    settings.CACHE_SOURCE, settings.RELAY_INLINE = "CACHE", True
    monkeypatch.setattr(statistics, "WRITE_EVERY", math.inf)
    statistics.statistics.forget()
    level: Any = levels.current()
    level.memory.clear()
    return level


@pytest.fixture(autouse=True)
def looks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was counted as seen, which goes nowhere: writing it down would be a change of the catalogue."""
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(tally, "add_once", lambda *look, who: seen.append(look))
    return seen


@pytest.fixture
def site(level: Any, settings: Any) -> Iterator[APIClient]:
    if settings.REDIS_URL:
        level.subscription.start()
        eventually(lambda: level.subscription.is_prompt(), seconds=5)
    yield client()
    level.memory.clear()


def builds(name: str) -> int:
    return int(statistics.statistics.uses[name]["built"])


def how(answer: Any) -> str | None:
    """What became of the request."""
    assert answer.status_code in (200, 304), answer.content
    found: str | None = answer.headers.get("X-Cache")
    return found
