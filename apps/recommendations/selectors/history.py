"""What a member has said of movies, as it bears upon what is recommended to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.profiles.models import DiaryEntry, Profile, WatchlistItem
from apps.profiles.selectors import profile_of
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import LIKED
from apps.recommendations.models import Disinterest
from apps.reviews.selectors import ratings_by, reviews_by
from movieverse.api.degraded import Degraded

# What others say counts beside the latest like.
_FAVOURED, _WANTED, _UNWANTED = 1.0, 0.5, -0.5


@dataclass(frozen=True)
class History:
    """`weights`: how much each movie says of what the member likes, below 0 of what they do not."""

    weights: dict[int, float]
    known: set[int]  # seen, wanted or unwanted: nothing to be recommended
    genre_ids: list[int]


def history_of(user_id: int, following: Following, degraded: Degraded) -> History:
    """Without the profiles store it is what the member has rated and reviewed."""
    rated = list(ratings_by(user_id).order_by("created_at", "pk").values_list("movie_id", "value"))
    reviewed = reviews_by(user_id).values_list("movie_id", flat=True)
    unwanted = list(Disinterest.objects.filter(user_id=user_id).values_list("movie_id", flat=True))  # the latest first
    profile = degraded.read(lambda: profile_of(user_id), Profile(pk=user_id))
    nothing: tuple[list[int], list[int]] = ([], [])
    wanted, seen = degraded.read(lambda: _shelved(user_id), nothing)
    liked = [movie_id for movie_id, value in rated if value >= LIKED]
    weights = _fading(wanted, following, _WANTED) | dict.fromkeys(profile.favourite_movie_ids, _FAVOURED)
    known = {*(movie_id for movie_id, _ in rated), *reviewed, *seen, *wanted, *unwanted, *weights}
    values = dict(rated)
    weights = {movie_id: weight for movie_id, weight in weights.items() if values.get(movie_id, LIKED) >= LIKED}
    for movie_id, weight in _fading(liked, following).items():
        weights[movie_id] = max(weight, weights.get(movie_id, 0))
    weights |= dict.fromkeys(unwanted[: following.remembered], _UNWANTED)
    return History(weights, known, profile.favourite_genre_ids)


def _shelved(user_id: int) -> tuple[list[int], list[int]]:
    """What they want to see, the latest last, and what they have."""
    wanted = WatchlistItem.objects.filter(user_id=user_id).order_by("added_at", "pk")
    seen = DiaryEntry.objects.filter(user_id=user_id)
    return list(wanted.values_list("movie_id", flat=True)), list(seen.values_list("movie_id", flat=True))


def _fading(movie_ids: Sequence[int], following: Following, most: float = 1.0) -> dict[int, float]:
    """The latest, which are last, count most."""
    weights = most * following.weights(np.arange(len(movie_ids))[::-1])
    return {movie_id: float(weight) for movie_id, weight in zip(movie_ids, weights, strict=True) if weight}
