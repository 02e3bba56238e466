"""The model behind personal recommendations: what is liked soon after what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from apps.recommendations.learning.likes import Ints, Likes
from apps.recommendations.learning.sparse import scale_of, strongest

_AT_ONCE = 200_000  # likes


@dataclass(frozen=True, kw_only=True)
class Following:
    """Of two movies that one user likes, the later one follows the earlier one, the more the nearer it comes after it.

    That is counted over all users, and divided by how often both are liked at all, as a cosine is. The defaults were
    chosen on likes that no test holds out: `evaluate_recommender` shows how.
    """

    window: int = 32  # likes after one that follow it
    half_life: float = 10  # likes, after which following counts half
    shrink: float = 10  # likes that each movie is thought to have more than it has: chance is not followed
    neighbours: int = 200  # of each movie are kept
    fading: float = 5  # of one's own likes, those after which one counts half
    lasting: float = 0.05  # what an old like counts still
    remembered: int = 200  # of one's own likes, the latest: what came before counts nothing
    in_common: float = 0.15  # what it counts that two movies are alike, beside that one follows the other

    def __post_init__(self) -> None:
        """Raises ValueError."""
        least = {"window": 1, "neighbours": 1, "remembered": 1, "shrink": 0, "lasting": 0, "in_common": 0}
        for name, value in vars(self).items():
            if name in least and not value >= least[name]:
                raise ValueError(f"{name} is at least {least[name]}, not {value:g}.")
            if name not in least and not value > 0:
                raise ValueError(f"{name} is more than 0, not {value:g}.")

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """Without those that another version of this program had."""
        return cls(**{field.name: parameters[field.name] for field in fields(cls) if field.name in parameters})

    def fit(self, likes: Likes) -> csr_array:
        """Movies by movies: how much the one of the column follows that of the row."""
        size = len(likes.movie_ids)
        together = csr_array((size, size), dtype=np.float32)
        for some in _parts(likes.users):
            together = together + self._followed(likes.users[some], likes.movies[some], size)
        scale = scale_of(likes.counts, self.shrink)
        together.data *= np.repeat(scale, np.diff(together.indptr)) * scale[together.indices]
        return strongest(together, self.neighbours)

    def _followed(self, users: Ints, movies: Ints, size: int) -> csr_array:
        weights, earlier, later = [], [], []
        for distance in range(1, min(self.window, len(users) - 1) + 1):
            same = users[:-distance] == users[distance:]
            earlier.append(movies[:-distance][same])
            later.append(movies[distance:][same])
            weights.append(np.full(same.sum(), 0.5 ** ((distance - 1) / self.half_life), np.float32))
        if not weights:
            return csr_array((size, size), dtype=np.float32)
        pairs = (np.concatenate(earlier), np.concatenate(later))
        return csr_array((np.concatenate(weights), pairs), shape=(size, size))

    def weights(self, ages: Ints) -> NDArray[np.float32]:
        """What somebody's likes count, by how many came after each."""
        weights = 0.5 ** (ages / self.fading) + self.lasting
        return np.where(ages < self.remembered, weights, 0).astype(np.float32)


def _parts(users: Ints) -> Iterator[slice]:
    """All of the likes, no user's in two parts."""
    begin = 0
    while begin < len(users):
        end = begin + _AT_ONCE
        end = int(np.searchsorted(users, users[end])) if end < len(users) else len(users)
        if end <= begin:  # somebody has more than a part's
            end = int(np.searchsorted(users, users[begin], side="right"))
        yield slice(begin, end)
        begin = end
