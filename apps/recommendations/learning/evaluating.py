"""The protocol by which recommenders are compared: on each user's last likes, with parameters that never saw them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from apps.recommendations.learning.baselines import Als, Chance, Ease, ItemNeighbours, Ours, Popularity, Recommender
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import Likes, split
from apps.recommendations.learning.measuring import Measured, interval, measured

CUTS = (0, 5, 10, 15, 20)  # percent of each one's likes that come after those held out, and that nobody sees
_MOST_OF_EASE = 10_000  # movies: it takes their square in memory, and their cube in time

Near: TypeAlias = csr_array | None  # what movies have in common, where that is known

_WINDOWS, _HALF_LIVES, _FADINGS = (16, 32, 64), (5, 10, 20), (3, 5, 10)


@dataclass(frozen=True)
class Validated:
    """What parameters come to on likes of the training itself, the last ones of each user there."""

    following: Following
    ndcg: float


@dataclass(frozen=True)
class Difference:
    """Of NDCG@10, ours less another's, by the same users; with 95 percent of what it is among users drawn anew."""

    name: str
    users: int
    mean: float
    low: float
    high: float


def candidates() -> list[Following]:
    """Parameters to choose from: the defaults, and what is around them."""
    return [
        Following(window=window, half_life=half_life, fading=fading)
        for window, half_life, fading in product(_WINDOWS, _HALF_LIVES, _FADINGS)
    ]


def validated(likes: Likes, wanted: Iterable[Following], near: Near) -> Iterator[Validated]:
    """Of each of the parameters. What a test holds out is held out here as well."""
    parts = split(split(likes).training)
    for following in wanted:
        yield Validated(following, float(measured(Ours(following, near), parts).ndcg.mean()))


def recommenders(likes: Likes, ours: Following, near: Near) -> Iterator[Recommender]:
    """Ours first. EASE is left out where there are too many movies for it. What one has learned is not kept."""
    yield Ours(ours, near)
    yield Popularity()
    yield ItemNeighbours()
    yield Als()
    if len(likes.movie_ids) <= _MOST_OF_EASE:
        yield Ease()
    yield Chance()


def compared(likes: Likes, wanted: Iterable[Recommender], *, before: int = 0) -> Iterator[Measured]:
    parts = split(likes, before=before)
    for recommender in wanted:
        yield measured(recommender, parts)


def at_cuts(likes: Likes, ours: Following, near: Near) -> Iterator[tuple[Measured, Measured]]:
    """Ours, and EASE or where that takes too much item-kNN, at each of the CUTS."""
    for before in CUTS:
        other = Ease() if len(likes.movie_ids) <= _MOST_OF_EASE else ItemNeighbours()
        mine, theirs = compared(likes, [Ours(ours, near), other], before=before)
        yield mine, theirs


def difference(ours: Sequence[Measured], theirs: Sequence[Measured]) -> Difference:
    """Over one split or the mean over several, user by user."""
    mine, other = _by_user(ours), _by_user(theirs)
    low, high = interval(mine, other)
    return Difference(theirs[0].name, len(mine), float((mine - other).mean()), low, high)


def _by_user(splits: Sequence[Measured]) -> np.ndarray:
    return np.mean([one.ndcg for one in splits], axis=0)
