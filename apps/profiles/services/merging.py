"""Two titles that are one: what members keep of them, brought together and parted again.

Some rows a transaction, as they are found: interrupted, or called again, it goes on with what is left. A Realtime
Database guards one row a transaction, so a row and its note part ways in two: a row that is already what it was is left
alone.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

import movieverse
from apps.catalog.selectors import merges_of
from apps.profiles.models import DiaryEntry, MergedRow, Profile, WatchlistItem
from apps.profiles.selectors import profiles_favouring
from apps.profiles.services import diary, shelves, watchlist
from apps.profiles.services.profiles import favourites_forget
from apps.profiles.services.storing import store, tell
from movieverse import merging
from movieverse.bulk import bulk_upsert
from movieverse.outbox.models import Action

_BATCH = 500
_FAVOURITES = ("favourite_movie_ids", "version", "updated_at")


def movie_merge(*, movie_id: int, into: int, merge_id: int) -> None:
    """Let members keep another movie in place of this one. Who kept both keeps the other as it is."""
    for user_id in profiles_favouring(movie_ids=[movie_id]):
        _move_favourite(user_id, movie_id, into, merge_id)
    while _move_items(movie_id, into, merge_id):
        pass
    while _move_entries(movie_id, into, merge_id):
        pass


def movies_follow(*, movie_ids: Iterable[int]) -> None:
    """What members keep of movies that are gone goes where they went."""
    for movie_id in movie_ids:
        stones = merges_of("movie", movie_id)
        if not stones:
            _forget(movie_id)
        for stone in stones:
            movie_merge(movie_id=movie_id, into=stone.into, merge_id=stone.merge_id)
            movie_id = stone.into


def _forget(movie_id: int) -> None:
    favourites_forget(movie_ids=[movie_id])
    watchlist.forget(movie_ids=[movie_id])
    diary.forget(movie_ids=[movie_id])


@movieverse.atomic("profiles")
def _move_favourite(user_id: int, movie_id: int, into: int, merge_id: int) -> None:
    profile = Profile.objects.select_for_update().filter(pk=user_id).first()
    if profile is None or movie_id not in profile.favourite_movie_ids:
        return
    before = merging.columns_of(profile, _FAVOURITES)
    favourites = dict.fromkeys(into if pk == movie_id else pk for pk in profile.favourite_movie_ids)
    store(profile, {"favourite_movie_ids": list(favourites)})
    after = merging.columns_of(profile, ("favourite_movie_ids", "updated_at"))
    merging.note(MergedRow, merge_id, [(profile, before, after)])


@movieverse.atomic("profiles")
def _move_items(movie_id: int, into: int, merge_id: int) -> int:
    """Of the watchlists' items a part. Returns how many that is."""
    items = list(WatchlistItem.objects.filter(movie_id=movie_id).order_by("pk")[:_BATCH])
    moved = [_about(item, into) for item in items]
    there = set(WatchlistItem.objects.filter(pk__in=[item.pk for item in moved]).values_list("pk", flat=True))
    new = [(item, moved_item) for item, moved_item in zip(items, moved, strict=True) if moved_item.pk not in there]
    changes = [(item, merging.columns_of(item), {"id": made.pk, "movie_id": into}) for item, made in new]
    removed = [item for item, made in zip(items, moved, strict=True) if made.pk in there]
    merging.note(MergedRow, merge_id, [*changes, *((item, merging.columns_of(item), {}) for item in removed)])
    if items:
        WatchlistItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    if new:
        bulk_upsert([made for _, made in new], update_fields=[])
    shelves.tell(items, Action.DELETED)
    shelves.tell([made for _, made in new])
    return len(items)


def _about(item: WatchlistItem, movie_id: int) -> WatchlistItem:
    """Its key says which movie it is."""
    moved = copy(item)
    moved.pk, moved.movie_id = watchlist.key_of(item.user_id, movie_id), movie_id
    return moved


@movieverse.atomic("profiles")
def _move_entries(movie_id: int, into: int, merge_id: int) -> int:
    """Of the diaries' entries a part. Returns how many that is."""
    entries = list(DiaryEntry.objects.filter(movie_id=movie_id).order_by("pk")[:_BATCH])
    merging.note_moved(MergedRow, merge_id, entries, movie_id=into)
    if entries:
        DiaryEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(movie_id=into)
    _tell_about(entries, movie_id, Action.DELETED)
    _tell_about(entries, into)
    return len(entries)


def _tell_about(rows: Sequence[Any], movie_id: int, action: Action = Action.SAVED) -> None:
    for row in rows:
        row.movie_id = movie_id
    shelves.tell(rows, action)


# --- Parting --------------------------------------------------------------------------------------


def movie_part(*, merge_id: int) -> None:
    """Give members back what they kept of a movie, as far as they have not changed it since."""
    for notes in merging.notes_of(MergedRow, merge_id):
        if notes[0].rows_model is Profile:
            kept = {one.key: why for one in notes if (why := _part_favourites(one))}
        else:
            kept = _part(notes)
        merging.settle(notes, kept)


@movieverse.atomic("profiles")
def _part(notes: Sequence[MergedRow]) -> dict[str, str]:
    restored, kept = merging.restore(notes, locks=False)
    shelves.tell([row.now for row in restored if row.now], Action.DELETED)
    shelves.tell([row.then for row in restored])
    return kept


@movieverse.atomic("profiles")
def _part_favourites(one: MergedRow) -> str:
    profile = Profile.objects.select_for_update().filter(pk=int(one.row)).first()
    if profile is None:
        return merging.DELETED
    if profile.favourite_movie_ids == one.before["favourite_movie_ids"]:
        return ""
    if profile.favourite_movie_ids != one.after["favourite_movie_ids"]:
        return merging.CHANGED
    if merging.columns_of(profile, ["updated_at"])["updated_at"] == one.after["updated_at"]:
        then = {name: getattr(one.then, name) for name in _FAVOURITES} | {"version": profile.version + 1}
        Profile.objects.filter(pk=profile.pk).update(**then)
        tell([profile])
    else:
        store(profile, {"favourite_movie_ids": one.before["favourite_movie_ids"]})
    return ""
