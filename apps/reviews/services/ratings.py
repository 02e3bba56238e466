"""Ratings and their summaries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import connections, router

import movieverse
from apps.reviews.models import HALF_STARS, Rating, RatingSummary
from apps.reviews.selectors import counted_summaries
from apps.reviews.services.checks import UnknownMovie, check_movie, check_open
from apps.reviews.services.events import summaries_changed
from movieverse.bulk import Counts, batched, bulk_upsert, insert

_BATCH = 50  # movies whose summaries are locked together


def rating_set(*, user_id: int, movie_id: int, value: int) -> tuple[Rating, bool]:
    """Rate a movie with 1 to 10 half-stars, or change one's rating of it. True if there was none before.

    A movie that has a summary is one that the catalogue has or has just lost: then its ratings are about to go, this
    one with them. So the catalogue is asked for a movie's first rating alone, and may be away for all others.
    """
    if value not in HALF_STARS:
        raise ValidationError({"value": "A rating is a whole number of half-stars from 1 to 10."})
    check_open()
    stored = _store_rating(user_id, movie_id, value)
    if stored is None:
        _begin_summary(movie_id)
        stored = _store_rating(user_id, movie_id, value)
    if stored is None:  # deleted at this very moment
        raise UnknownMovie(movie_id)
    return stored


def rating_delete(*, user_id: int, movie_id: int) -> bool:
    """Take a rating back. False if there was none."""
    if not Rating.objects.filter(user_id=user_id, movie_id=movie_id).exists():
        return False  # without a transaction
    return _remove_rating(user_id, movie_id)


@movieverse.atomic("reviews")
def _store_rating(user_id: int, movie_id: int, value: int) -> tuple[Rating, bool] | None:
    """None, and nothing is stored, if the movie has no summary."""
    rating = Rating(user_id=user_id, movie_id=movie_id, value=value)
    if insert(rating, if_absent=True):
        if shift_summary(movie_id, Counter({value: 1})):
            return rating, True
        rating.delete()
        return None
    stored = _locked_rating(user_id, movie_id)
    if stored is None:  # deleted at this very moment
        return _store_rating(user_id, movie_id, value)
    if stored.value != value:
        changes = Counter({value: 1, stored.value: -1})
        stored.value = value
        stored.save(update_fields=["value", "updated_at"])
        shift_summary(movie_id, changes)
    return stored, False


@movieverse.atomic("reviews")
def _remove_rating(user_id: int, movie_id: int) -> bool:
    rating = _locked_rating(user_id, movie_id)
    if rating is None:
        return False
    rating.delete()
    shift_summary(movie_id, Counter({rating.value: -1}))
    return True


def _locked_rating(user_id: int, movie_id: int) -> Rating | None:
    return Rating.objects.select_for_update().filter(user_id=user_id, movie_id=movie_id).first()


def _begin_summary(movie_id: int) -> None:
    """Make it first, ask the catalogue then: a movie that is deleted after the answer takes the summary along."""
    insert(RatingSummary(movie_id=movie_id), if_absent=True)
    try:
        check_movie(movie_id)
    except BaseException:
        RatingSummary.objects.filter(pk=movie_id, count=0).delete()
        raise


def shift_summary(movie_id: int, changes: Counter[int]) -> bool:
    """Add to the counts, where they are stored: {half-stars: how many more}. False if the movie has no summary."""
    shifts = {f"count_{value}": change for value, change in changes.items()} | {
        "count": changes.total(),
        "total": sum(value * change for value, change in changes.items()),
        "version": 1,
    }
    connection = connections[router.db_for_write(RatingSummary)]
    quoted = connection.ops.quote_name
    assignments = ", ".join(f"{quoted(name)} = {quoted(name)} + %s" for name in shifts)
    with connection.cursor() as cursor:  # the ORM takes longer to write this statement than the server to run it
        cursor.execute(
            f"UPDATE {quoted(RatingSummary._meta.db_table)} SET {assignments} WHERE {quoted('movie_id')} = %s",
            [*shifts.values(), movie_id],
        )
        if not cursor.rowcount:
            return False
    summaries_changed([movie_id])
    return True


def ratings_load(rows: Iterable[tuple[int, int, int]], *, dry_run: bool = False) -> Counts:
    """Store many (user_id, movie_id, half-stars) at once, for seeds, a batch of movies a transaction."""
    by_movie: dict[int, list[Rating]] = defaultdict(list)
    for user_id, movie_id, value in rows:
        by_movie[movie_id].append(Rating(user_id=user_id, movie_id=movie_id, value=value))
    counts = Counts()
    for movie_ids in batched(sorted(by_movie), _BATCH):
        ratings = [rating for movie_id in movie_ids for rating in by_movie[movie_id]]
        counts += _upsert_ratings(ratings, dry_run=True) if dry_run else _load_ratings(ratings, movie_ids)
    return counts


@movieverse.atomic("reviews")
def _load_ratings(ratings: list[Rating], movie_ids: Sequence[int]) -> Counts:
    counts = _upsert_ratings(ratings)
    if counts.created or counts.updated:
        _recount(movie_ids)
    return counts


def _upsert_ratings(ratings: list[Rating], *, dry_run: bool = False) -> Counts:
    return bulk_upsert(ratings, key=("user_id", "movie_id"), update_fields=["value", "updated_at"], dry_run=dry_run)


def summaries_recount(*, movie_ids: Iterable[int]) -> None:
    """Let summaries say what their ratings say."""
    for some in batched(sorted(set(movie_ids)), _BATCH):
        _recount(some)


@movieverse.atomic("reviews")
def _recount(movie_ids: Sequence[int]) -> None:
    bulk_upsert([RatingSummary(pk=movie_id) for movie_id in movie_ids], update_fields=[])
    stored = {row.pk: row for row in RatingSummary.objects.select_for_update().filter(pk__in=movie_ids).order_by("pk")}
    wrong = [row for row in counted_summaries(movie_ids) if row.numbers != stored[row.pk].numbers]
    for row in wrong:
        row.version = stored[row.pk].version + 1
    if wrong:
        bulk_upsert(wrong, update_fields=[field.name for field in RatingSummary._meta.concrete_fields[1:]])
        summaries_changed([row.pk for row in wrong])
