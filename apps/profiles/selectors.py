"""Reads of profiles. The store may be one without SQL: what is asked is asked by keys, and in their order."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from apps.profiles.models import DiaryEntry, Part, Profile, Visibility, WatchlistItem

_BATCH = 1_000


def profile_of(user_id: int) -> Profile:
    """The member's profile, an empty one of version 0 where nothing was ever written."""
    return Profile.objects.filter(pk=user_id).first() or Profile(pk=user_id, version=0)


def may_see(viewer_id: int | None, profile: Profile, part: Part) -> bool:
    """Whether the one who asks, nobody where they are not signed in, is shown this part."""
    visibility = getattr(profile, f"{part}_visibility")
    if visibility == Visibility.EVERYBODY or viewer_id == profile.pk:
        return True
    return visibility == Visibility.MEMBERS and viewer_id is not None


def display_names(user_ids: Iterable[int]) -> dict[int, str]:
    """Those that the members have chosen; empty where there is none."""
    ids = set(user_ids)
    chosen = dict(Profile.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    return {user_id: chosen.get(user_id) or "" for user_id in ids}


def profiles_favouring(*, movie_ids: Iterable[int] = (), genre_ids: Iterable[int] = ()) -> Iterator[int]:
    """Ids of the members who have any of these among their favourites. All are read: no index is of lists."""
    movies, genres = set(movie_ids), set(genre_ids)
    for user_id, favourite_movies, favourite_genres in _favourites():
        if not (movies.isdisjoint(favourite_movies) and genres.isdisjoint(favourite_genres)):
            yield user_id


def _favourites() -> Iterator[tuple[int, list[int], list[int]]]:
    """Everybody's: member, movies, genres."""
    profiles = Profile.objects.order_by("pk").values_list("pk", "favourite_movie_ids", "favourite_genre_ids")
    batch = list(profiles[:_BATCH])
    while batch:
        yield from batch
        batch = list(profiles.filter(pk__gt=batch[-1][0])[:_BATCH])


def movies_favoured(movie_ids: Collection[int]) -> set[int]:
    """Those that are among anybody's favourites."""
    return set(movie_ids) & {movie_id for _, movies, _ in _favourites() for movie_id in movies}


def genres_favoured(genre_ids: Collection[int]) -> set[int]:
    return set(genre_ids) & {genre_id for _, _, genres in _favourites() for genre_id in genres}


def movies_shelved(movie_ids: Collection[int]) -> set[int]:
    """Those that anybody keeps in a watchlist or diary. A store without SQL is asked for ranges: those it has."""
    found: set[int] = set()
    for first, last in _ranges(movie_ids):
        for model in (WatchlistItem, DiaryEntry):
            found.update(model.objects.filter(movie_id__range=(first, last)).values_list("movie_id", flat=True))
    return found & set(movie_ids)


def _ranges(ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """Of ids that follow each other the first and the last."""
    for _, pairs in groupby(enumerate(sorted(ids)), key=lambda pair: pair[1] - pair[0]):
        run = [pk for _, pk in pairs]
        yield run[0], run[-1]


def with_profile(user_ids: Iterable[int]) -> set[int]:
    """Those of the users who have written a profile."""
    return set(Profile.objects.filter(pk__in=set(user_ids)).values_list("pk", flat=True))


def kept_of_movie(movie_id: int) -> dict[str, int]:
    """How often members keep a movie."""
    return {
        "watchlist_items": WatchlistItem.objects.filter(movie_id=movie_id).count(),
        "diary_entries": DiaryEntry.objects.filter(movie_id=movie_id).count(),
        "favourites": sum(1 for _ in profiles_favouring(movie_ids=[movie_id])),
    }
