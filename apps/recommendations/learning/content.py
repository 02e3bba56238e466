"""What movies have in common: TF-IDF of what is said of them, and the cosine similarity of that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from apps.recommendations.learning.sparse import strongest

# What is said of a movie, by kind, and how much each of the kinds counts beside the others.
WEIGHTS = {"genres": 1.0, "keywords": 1.0, "people": 1.0, "countries": 0.5, "decade": 0.5, "overview": 1.0}
TEXT = "overview"
_OWN = ("keywords", "people", "overview")  # kinds that tell a movie from most others

Traits = Mapping[str, Any]  # {kind: {trait: how much it counts}}, of TEXT the words

_BUCKETS = 2**22  # traits that fall into one bucket are taken for one
_COMPARED_AT_ONCE = 1_000  # movies
_COMMON = 5_000  # movies that share a trait: more are compared by it only if they share a rarer one, too
_CANDIDATES = 2  # times as many as are wanted are compared by all traits


def vectors(batches: Iterable[Sequence[Traits]]) -> csr_array:
    """A row of length 1 for each movie, of length 0 for one of which nothing is said."""
    blocks: dict[str, list[csr_array]] = {kind: [] for kind in WEIGHTS}
    for some in batches:
        for kind, block in blocks.items():
            block.append(_counted(kind, [movie[kind] for movie in some]))
    weighed = [WEIGHTS[kind] * _tf_idf(vstack(blocks.pop(kind))) for kind in WEIGHTS if blocks[kind]]
    return csr_array(normalize(hstack(weighed, "csr"), copy=False)) if weighed else csr_array((0, 0))


def _counted(kind: str, said: list[Any]) -> csr_array:
    if kind == TEXT:
        words = HashingVectorizer(
            n_features=_BUCKETS, alternate_sign=False, norm=None, stop_words="english", dtype=np.float32
        )
        return words.transform(said)
    hasher = FeatureHasher(n_features=_BUCKETS, alternate_sign=False, dtype=np.float32)
    return hasher.transform(said)


def _tf_idf(counts: csr_array) -> csr_array:
    return TfidfTransformer().fit(counts).transform(counts, copy=False)


def trusted(near: csr_array, own: NDArray[np.float32], *, first: int = 0) -> csr_array:
    """What `nearest` has found from the row `first` on, less where little but genre and decade is known of either."""
    values = near.data * np.repeat(own[first : first + near.shape[0]], np.diff(near.indptr)) * own[near.indices]
    return csr_array((values, near.indices, near.indptr), shape=near.shape)


def own_of(rows: csr_array) -> NDArray[np.float32]:
    """How much of each row is what few others have: 1 for as much as where everything is known, 0 for nothing."""
    kinds = list(WEIGHTS)
    is_own = np.isin(rows.indices // _BUCKETS, [kinds.index(kind) for kind in _OWN])
    of_rows = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    squares = np.bincount(of_rows[is_own], rows.data[is_own] ** 2, rows.shape[0])
    usual = sum(WEIGHTS[kind] ** 2 for kind in _OWN) / sum(weight**2 for weight in WEIGHTS.values())
    return np.minimum(1, squares / usual).astype(np.float32)


def nearest(rows: csr_array, most: int) -> Iterator[csr_array]:
    """Of each movie those most like it, and how much; of some movies at a time."""
    rare = _without_common(rows)
    others = csr_array(rare.T)
    for begin in range(0, rows.shape[0], _COMPARED_AT_ONCE):
        some = slice(begin, begin + _COMPARED_AT_ONCE)
        found = csr_array(rare[some] @ others)
        if rare is not rows:
            found = _compared(strongest(found, _CANDIDATES * most, first=begin), rows[some], rows)
        yield strongest(found, most, first=begin)


def _without_common(rows: csr_array) -> csr_array:
    """Rows in which what very many movies share counts nothing."""
    common = np.bincount(rows.indices, minlength=rows.shape[1]) > _COMMON
    if not common.any():
        return rows
    rare = rows.copy()
    rare.data[common[rare.indices]] = 0
    rare.eliminate_zeros()
    return rare


def _compared(candidates: csr_array, some: csr_array, rows: csr_array) -> csr_array:
    """The candidates with their similarity by all traits."""
    left = some[np.repeat(np.arange(some.shape[0]), np.diff(candidates.indptr))]
    similarity = left.multiply(rows[candidates.indices]).sum(axis=1)
    return csr_array((similarity, candidates.indices, candidates.indptr), shape=candidates.shape)
