"""Events of reviews, and handlers that tests make for them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connections

import movieverse
from apps.reviews.models import Event
from movieverse.outbox import emit
from movieverse.outbox.handling import HANDLERS, Handler
from movieverse.outbox.models import Action, Change


@movieverse.atomic("reviews")
def happen(*review_ids: int) -> None:
    """Something becomes of these reviews, in one transaction."""
    emit([Event(kind="review", object_id=review_id, data={"movie_id": 1}) for review_id in review_ids])


class Recorded:
    """A handler that remembers which rows it was given, and fails for some of them."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.failing: dict[int, Exception] = {}

    def __call__(self, events: Sequence[Any]) -> None:
        self.calls.append([event.object_id for event in events])
        for event in events:
            if event.object_id in self.failing:
                raise self.failing[event.object_id]

    @property
    def given(self) -> list[int]:
        return [row for call in self.calls for row in call]


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """The one handler of saved reviews."""
    recorded = Recorded()
    listen(monkeypatch, recorded)
    return recorded


def listen(monkeypatch: pytest.MonkeyPatch, *handlers: Handler, kind: str = "review") -> None:
    monkeypatch.setitem(HANDLERS, (kind, Action.SAVED), list(handlers))


def logged() -> list[int]:
    """The rows that the change log tells of, in order."""
    return list(Change.objects.order_by("position").values_list("object_id", flat=True))


def waiting() -> list[int]:
    return list(Event.objects.order_by("pk").values_list("object_id", flat=True))


def in_thread(function: Callable[[], Any]) -> Callable[[], Any]:
    """With connections of its own, which are closed at the end."""

    def run() -> Any:
        try:
            return function()
        finally:
            connections.close_all()

    return run
