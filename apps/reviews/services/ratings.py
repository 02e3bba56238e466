"""Ratings."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime

from django.core.exceptions import ValidationError

import movieverse
from apps.reviews.models import HALF_STARS, Rating, RatingSummary
from apps.reviews.services.batches.holding import is_counted
from apps.reviews.services.checks import about_movie, check_open
from apps.reviews.services.edits import edit_note
from apps.reviews.services.standing import as_members_stand
from apps.reviews.services.summaries import BATCH, recount, shift_summary
from movieverse import tally
from movieverse.bulk import Counts, batched, bulk_upsert, insert


def rating_set(*, user_id: int, movie_id: int, value: int, by: int | None = None) -> tuple[Rating, bool]:
    """Rate a movie with 1 to 10 half-stars, or change one's rating of it. True if there was none before.

    A movie that has a summary is one that the catalogue has or has just lost: then its ratings are about to go, this
    one with them. So the catalogue is asked for a movie's first rating alone, and may be away for all others.
    """
    if value not in HALF_STARS:
        raise ValidationError({"value": "A rating is a whole number of half-stars from 1 to 10."})
    check_open()
    while not (stored := _store_rating(user_id, movie_id, value, by)):
        with about_movie(movie_id):
            _begin_summary(movie_id)
    if stored[1]:
        tally.add("rating", movie_id)
    return stored


def rating_delete(*, user_id: int, movie_id: int, by: int | None = None) -> bool:
    """Take a rating back. False if there was none."""
    if not Rating.objects.filter(user_id=user_id, movie_id=movie_id).exists():
        return False  # without a transaction
    return _remove_rating(user_id, movie_id, by)


def _store_rating(user_id: int, movie_id: int, value: int, by: int | None) -> tuple[Rating, bool] | None:
    """None, and nothing is stored, if the movie has no summary, or the rating was deleted at this very moment.

    In two transactions: an insertion that fails shares the row's lock with all others that do, and none could then
    have it alone.
    """
    if rating := _add_rating(user_id, movie_id, value):
        return rating, True
    if rating := _change_rating(user_id, movie_id, value, by):
        return rating, False
    return None


@movieverse.atomic("reviews")
def _add_rating(user_id: int, movie_id: int, value: int) -> Rating | None:
    """None if there is one, or the movie has no summary."""
    rating = Rating(user_id=user_id, movie_id=movie_id, value=value)
    if not insert(rating, if_absent=True):
        return None
    if not shift_summary(movie_id, Counter({value: 1})):
        rating.delete()
        return None
    return rating


@movieverse.atomic("reviews")
def _change_rating(user_id: int, movie_id: int, value: int, by: int | None) -> Rating | None:
    """None if there is none."""
    rating = _locked_rating(user_id, movie_id)
    if rating and rating.value != value:
        before, changes = copy(rating), Counter({value: 1, rating.value: -1})
        rating.value = value
        rating.save(update_fields=["value", "updated_at"])
        edit_note(before=before, after=rating, by=by)
        if is_counted(rating):
            shift_summary(movie_id, changes)
    return rating


@movieverse.atomic("reviews")
def _remove_rating(user_id: int, movie_id: int, by: int | None) -> bool:
    rating = _locked_rating(user_id, movie_id)
    if rating is None:
        return False
    edit_note(before=rating, after=None, by=by)
    was_counted = is_counted(rating)
    rating.delete()
    if was_counted:
        shift_summary(movie_id, Counter({rating.value: -1}))
    return True


def _locked_rating(user_id: int, movie_id: int) -> Rating | None:
    return Rating.objects.select_for_update().filter(user_id=user_id, movie_id=movie_id).first()


@movieverse.atomic("reviews")
def _begin_summary(movie_id: int) -> None:
    insert(RatingSummary(movie_id=movie_id), if_absent=True)


def ratings_load(rows: Iterable[tuple[int, int, int]], *, dry_run: bool = False) -> Counts:
    """Store many (user_id, movie_id, half-stars) at once, for seeds, a batch of movies a transaction."""
    by_movie: dict[int, list[Rating]] = defaultdict(list)
    for user_id, movie_id, value in rows:
        by_movie[movie_id].append(Rating(user_id=user_id, movie_id=movie_id, value=value))
    counts = Counts()
    for movie_ids in batched(sorted(by_movie), BATCH):
        ratings = [rating for movie_id in movie_ids for rating in by_movie[movie_id]]
        as_members_stand(ratings)
        counts += _upsert_ratings(ratings, dry_run=True) if dry_run else _load_ratings(ratings, movie_ids)
    return counts


@movieverse.atomic("reviews")
def ratings_date(*, moments: Mapping[tuple[int, int], datetime]) -> None:
    """When ratings, by user and movie, were given, for seeds: what is written is of the moment of its writing, else."""
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    ids = Rating.objects.filter(user_id__in={user_id for user_id, _ in moments})
    for pk, *pair in ids.values_list("pk", "user_id", "movie_id"):
        if moment := moments.get((pair[0], pair[1])):
            by_moment[moment].append(pk)
    for moment, some in by_moment.items():
        Rating.objects.filter(pk__in=some).update(created_at=moment)


@movieverse.atomic("reviews")
def _load_ratings(ratings: list[Rating], movie_ids: Sequence[int]) -> Counts:
    counts = _upsert_ratings(ratings)
    if counts.created or counts.updated:
        recount(movie_ids)
    return counts


def _upsert_ratings(ratings: list[Rating], *, dry_run: bool = False) -> Counts:
    return bulk_upsert(ratings, key=("user_id", "movie_id"), update_fields=["value", "updated_at"], dry_run=dry_run)
