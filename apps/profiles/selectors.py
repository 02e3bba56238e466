"""Reads of profiles. The store may be one without SQL: what is asked is asked by keys, and in their order."""

from collections.abc import Iterable, Iterator

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
    profiles = Profile.objects.order_by("pk").values_list("pk", "favourite_movie_ids", "favourite_genre_ids")
    batch = list(profiles[:_BATCH])
    while batch:
        for user_id, favourite_movies, favourite_genres in batch:
            if not (movies.isdisjoint(favourite_movies) and genres.isdisjoint(favourite_genres)):
                yield user_id
        batch = list(profiles.filter(pk__gt=batch[-1][0])[:_BATCH])


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
