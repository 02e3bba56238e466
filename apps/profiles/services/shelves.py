"""What the watchlist and the diary have in common: rows of a member, each about a movie."""

from collections.abc import Iterable, Sequence
from typing import Any

import movieverse
from apps.profiles.models import DiaryEntry, Event, WatchlistItem
from movieverse.exceptions import DomainError
from movieverse.outbox import emit
from movieverse.outbox.models import Action

Row = WatchlistItem | DiaryEntry

_KINDS: dict[type[Row], str] = {WatchlistItem: "watchlist", DiaryEntry: "diary"}
_BATCH = 500


class ShelfFull(DomainError):
    code = "shelf-full"


def check_room(model: type[Row], user_id: int, most: int) -> None:
    if model.objects.filter(user_id=user_id).count() >= most:
        kind = _KINDS[model]
        raise ShelfFull(f"Your {kind} has {most:,} entries, which is as many as there may be: remove some first.")


def tell(rows: Sequence[Row], action: Action = Action.SAVED) -> None:
    """Whoever follows members learns whose shelf has changed, and by which movie."""
    emit(
        [
            Event(kind=_KINDS[type(row)], object_id=row.user_id, action=action, data={"movie_id": row.movie_id})
            for row in rows
        ]
    )


def forget(model: type[Row], user_ids: Iterable[int], movie_ids: Iterable[int]) -> None:
    """Delete the rows of members and of movies that are gone. Interrupted, it is done again from the start."""
    gone = [*({"user_id": user_id} for user_id in user_ids), *({"movie_id": movie_id} for movie_id in movie_ids)]
    for condition in gone:
        while rows := list(model.objects.filter(**condition).order_by("pk")[:_BATCH]):
            _delete(model, rows)


@movieverse.atomic("profiles")
def _delete(model: type[Row], rows: Sequence[Any]) -> None:
    model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    tell(rows, Action.DELETED)
