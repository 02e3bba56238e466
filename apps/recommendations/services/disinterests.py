"""What members do not want to be recommended."""

from collections.abc import Iterable, Sequence

import movieverse
from apps.catalog.selectors import movie_exists
from apps.recommendations.models import Disinterest
from movieverse.bulk import bulk_upsert
from movieverse.exceptions import DomainError

MOST = 5_000  # of one member
_BATCH = 500


class UnknownMovie(DomainError):
    status, code = 404, "not-found"


class TooMany(DomainError):
    code = "too-many"


def disinterest_add(*, user_id: int, movie_id: int) -> tuple[Disinterest, bool]:
    """Do not recommend the movie to them. True if it was not said before."""
    key = Disinterest.key_of(user_id, movie_id)
    if stored := Disinterest.objects.filter(pk=key).first():
        return stored, False
    if not movie_exists(movie_id):
        raise UnknownMovie(f"There is no movie {movie_id}.")
    if Disinterest.objects.filter(user_id=user_id).count() >= MOST:
        raise TooMany(f"You are not interested in {MOST:,} movies, as many as there may be: remove some first.")
    return _store(key, user_id, movie_id)


@movieverse.atomic("catalog")
def _store(key: str, user_id: int, movie_id: int) -> tuple[Disinterest, bool]:
    return Disinterest.objects.get_or_create(pk=key, defaults={"user_id": user_id, "movie_id": movie_id})


def disinterest_remove(*, user_id: int, movie_id: int) -> bool:
    """False if it was not said."""
    deleted, _ = Disinterest.objects.filter(pk=Disinterest.key_of(user_id, movie_id)).delete()
    return bool(deleted)


def disinterests_follow(*, movie_id: int, into: int) -> None:
    """Who did not want a movie does not want the one that it was merged into, also where that is undone."""
    while some := list(Disinterest.objects.filter(movie_id=movie_id).order_by("pk")[:_BATCH]):
        _move(some, into)


@movieverse.atomic("catalog")
def _move(rows: Sequence[Disinterest], movie_id: int) -> None:
    bulk_upsert([_about(row, movie_id) for row in rows], update_fields=[])
    Disinterest.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _about(row: Disinterest, movie_id: int) -> Disinterest:
    key = Disinterest.key_of(row.user_id, movie_id)
    return Disinterest(key=key, user_id=row.user_id, movie_id=movie_id, created_at=row.created_at)


def disinterests_forget(*, user_ids: Iterable[int] = (), movie_ids: Iterable[int] = ()) -> None:
    """Of members, and of movies, that are gone."""
    for user_id in user_ids:
        Disinterest.objects.filter(user_id=user_id).delete()
    for movie_id in movie_ids:
        Disinterest.objects.filter(movie_id=movie_id).delete()
