"""Movies that a member wants to see. Seeing one does not take it off."""

from collections.abc import Iterable

import movieverse
from apps.catalog.selectors import movie_exists
from apps.profiles.models import WatchlistItem
from apps.profiles.services import shelves
from movieverse import tally
from movieverse.exceptions import DomainError
from movieverse.outbox.models import Action

MOST_ITEMS = 1_000


class UnknownMovie(DomainError):
    status, code = 404, "not-found"


def watchlist_add(*, user_id: int, movie_id: int) -> tuple[WatchlistItem, bool]:
    """Put a movie on the watchlist. True if it was not on it before."""
    key = key_of(user_id, movie_id)
    if stored := WatchlistItem.objects.filter(pk=key).first():
        return stored, False
    if not movie_exists(movie_id):
        raise UnknownMovie(f"There is no movie {movie_id}.")
    shelves.check_room(WatchlistItem, user_id, MOST_ITEMS)
    item, created = _store(key, user_id, movie_id)
    if created:
        tally.add("watchlist", movie_id)
    return item, created


@movieverse.atomic("profiles")
def _store(key: str, user_id: int, movie_id: int) -> tuple[WatchlistItem, bool]:
    item, created = WatchlistItem.objects.get_or_create(pk=key, defaults={"user_id": user_id, "movie_id": movie_id})
    if created:
        shelves.tell([item])
    return item, created


@movieverse.atomic("profiles")
def watchlist_remove(*, user_id: int, movie_id: int) -> bool:
    """Take a movie off the watchlist. False if it was not on it."""
    item = WatchlistItem.objects.select_for_update().filter(pk=key_of(user_id, movie_id)).first()
    if item is None:
        return False
    shelves.tell([item], Action.DELETED)
    item.delete()
    return True


def forget(*, user_ids: Iterable[int] = (), movie_ids: Iterable[int] = ()) -> None:
    """What members who are gone wanted to see, and who wanted to see movies that are gone."""
    shelves.forget(WatchlistItem, user_ids, movie_ids)


def key_of(user_id: int, movie_id: int) -> str:
    return f"{user_id}-{movie_id}"
