"""How good a recommender is, by likes that it has not seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from apps.recommendations.learning.baselines import SEED, Recommender
from apps.recommendations.learning.likes import Ints, Split

MOST = 10  # recommendations that somebody looks at
MOST_USERS = 10_000  # by whom a recommender is measured: of more, these are drawn
_AT_ONCE = 512  # users
_RESAMPLED = 10_000

_GAINS = 1 / np.log2(np.arange(2, MOST + 2))


@dataclass(frozen=True)
class Measured:
    """NDCG@10 and recall@10 are of each user. Recall: of the held-out likes, or of ten if there are more."""

    name: str
    ndcg: NDArray[np.float64]
    recall: NDArray[np.float64]
    shown: Ints = field(repr=False)  # how often each movie is recommended
    counts: Ints = field(repr=False)  # how many like it, in the training

    @property
    def figures(self) -> dict[str, float]:
        found = {
            "ndcg": float(self.ndcg.mean()),
            "recall": float(self.recall.mean()),
            "coverage": self.coverage,
            "novelty": self.novelty,
            "popularity_bias": self.popularity_bias,
        }
        return {name: round(value, 4) for name, value in found.items()}

    @property
    def coverage(self) -> float:
        """The share of movies that are recommended to anybody."""
        return float(np.count_nonzero(self.shown) / len(self.shown))

    @property
    def novelty(self) -> float:
        """The mean surprise of what is recommended, in bits: a movie that half of all likes are of has one."""
        surprise = -np.log2(np.maximum(self.counts, 1) / max(1, self.counts.sum()))
        return float(self.shown @ surprise / max(1, self.shown.sum()))

    @property
    def popularity_bias(self) -> float:
        """The share of recommendations that are of the one movie in a hundred that most people like."""
        head = np.argsort(-self.counts, kind="stable")[: max(1, len(self.counts) // 100)]
        return float(self.shown[head].sum() / max(1, self.shown.sum()))


def measured(recommender: Recommender, parts: Split) -> Measured:
    training, held_out = parts
    recommender.fit(training)
    seen, missing = training.matrix(), held_out.matrix()
    ndcg, recall, shown = [], [], np.zeros(len(training.movie_ids), np.int64)
    for users in _some(_drawn(np.unique(held_out.users))):
        best = _best(recommender.scores(users), seen[users])
        wanted = missing[users]
        hits = np.take_along_axis(wanted.toarray(), best, axis=1) > 0
        possible = np.minimum(np.diff(wanted.indptr), MOST)
        ndcg.append(hits @ _GAINS[: hits.shape[1]] / np.cumsum(_GAINS)[possible - 1])
        recall.append(hits.sum(axis=1) / possible)
        shown += np.bincount(best.ravel(), minlength=len(shown))
    return Measured(recommender.name, np.concatenate(ndcg), np.concatenate(recall), shown, training.counts)


def _drawn(users: Ints) -> Ints:
    """The same for every recommender."""
    if len(users) <= MOST_USERS:
        return users
    return np.sort(np.random.default_rng(SEED).choice(users, MOST_USERS, replace=False))


def _some(users: Ints) -> Iterator[Ints]:
    for begin in range(0, len(users), _AT_ONCE):
        yield users[begin : begin + _AT_ONCE]


def _best(scores: NDArray[np.float32], seen: csr_array) -> Ints:
    """For each user the movies with the highest scores, without those seen; of equal ones the first."""
    scores, known = np.array(scores), seen.tocoo()
    scores[known.row, known.col] = -np.inf
    most = min(MOST, scores.shape[1])
    least = np.partition(scores, -most, axis=1)[:, -most]
    return np.stack([_first(row, np.flatnonzero(row >= low), most) for row, low in zip(scores, least, strict=True)])


def _first(scores: NDArray[np.float32], places: Ints, most: int) -> Ints:
    return places[np.argsort(-scores[places], kind="stable")[:most]]


def interval(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> tuple[float, float]:
    """95 percent of what the mean difference is among users drawn anew, each with both values."""
    difference, random = ours - theirs, np.random.default_rng(SEED)
    means = [random.choice(difference, len(difference)).mean() for _ in range(_RESAMPLED)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
