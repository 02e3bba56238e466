from collections.abc import Iterable

from django.db.models import QuerySet

from apps.profiles.models import Profile


def profile_of(user_id: int) -> Profile:
    """The member's profile, an empty one of version 0 where nothing was ever written."""
    return Profile.objects.filter(pk=user_id).first() or Profile(pk=user_id, version=0)


def profiles_favouring(movie_ids: Iterable[int]) -> QuerySet[Profile]:
    """Those that have any of these movies among their favourites."""
    return Profile.objects.filter(favourite_movie_ids__has_any=list(movie_ids))


def with_profile(user_ids: Iterable[int]) -> set[int]:
    """Those of the users who have written a profile."""
    return set(Profile.objects.filter(pk__in=set(user_ids)).values_list("pk", flat=True))
