"""Whoever commits touches what they have changed, and whoever brings it to the other stores does so again."""

from collections.abc import Callable, Collection
from typing import Any

import pytest

import movieverse
from apps.catalog.models import Event as CatalogEvent
from apps.catalog.models import Movie
from apps.reviews.models import Event
from movieverse.cache import levels
from movieverse.cache.tags import MOST_NAMED, decisive, touched_by
from movieverse.outbox import emit
from movieverse.outbox.relay import relay_all
from tests.factories import make_movie

Touched = list[Collection[str]]


@pytest.fixture
def touched(committed: Callable[..., None], settings: Any, monkeypatch: pytest.MonkeyPatch) -> Touched:
    committed(Movie)
    settings.RELAY_INLINE = False
    tags: Touched = []
    monkeypatch.setattr(levels, "touch", tags.append)
    return tags


def test_what_a_transaction_changes_is_touched_once_it_is_committed(touched: Touched):
    @movieverse.atomic("reviews")
    def write() -> None:
        emit([Event(kind="review", object_id=number) for number in (1, 2)])
        assert touched == []

    write()
    assert touched == [{"review", "review:1", "review:2"}]


def test_what_is_rolled_back_touches_nothing(touched: Touched):
    @movieverse.atomic("reviews")
    def write() -> None:
        emit([Event(kind="review", object_id=1)])
        raise LookupError

    with pytest.raises(LookupError):
        write()
    assert touched == []


def test_the_relay_touches_again_what_it_has_brought_to_the_others(touched: Touched):
    movie = make_movie("Heat")
    touched.clear()
    relay_all()
    assert {"movie", f"movie:{movie.pk}"} in touched
    assert not CatalogEvent.objects.exists()


def test_of_very_many_rows_the_kinds_are_touched_alone():
    rows = [("movie", number) for number in range(MOST_NAMED)]
    assert len(touched_by(rows)) == MOST_NAMED + 1
    assert touched_by(rows * 2) == touched_by(rows)
    assert touched_by([*rows, ("genre", 1)]) == {"movie", "movie:*", "genre", "genre:*"}


def test_an_answer_heeds_what_it_shows_and_what_stands_for_that():
    assert decisive(["movie:5", "movie:6", "genre"]) == {"movie:5", "movie:6", "genre", "movie:*", "*"}
