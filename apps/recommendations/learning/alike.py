"""Which movies the same people like."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from apps.recommendations.learning.likes import Ints, Likes
from apps.recommendations.learning.sparse import scale_of, strongest

SHRINK = 10  # likes that each movie is thought to have more than it has: two that one person likes are hardly alike
_AT_ONCE = 1_000  # movies


def alike(likes: Likes, most: int, *, shrink: int = SHRINK) -> csr_array:
    """Movies by movies: the cosine of who likes them."""
    matrix, scale = likes.matrix(), scale_of(likes.counts, shrink)
    by_movie = csr_array(matrix.T)
    found = []
    for begin in range(0, by_movie.shape[0], _AT_ONCE):
        both = csr_array(by_movie[begin : begin + _AT_ONCE] @ matrix)
        both.data *= np.repeat(scale[begin : begin + _AT_ONCE], np.diff(both.indptr)) * scale[both.indices]
        found.append(strongest(both, most, first=begin))
    return csr_array(vstack(found, "csr")) if found else csr_array((0, 0), dtype=np.float32)


def likers(found: csr_array, counts: Ints) -> NDArray[np.int64]:
    """How many like both movies of each value of `alike`'s."""
    scale = scale_of(counts, SHRINK)
    both = found.data / (np.repeat(scale, np.diff(found.indptr)) * scale[found.indices])
    return np.rint(both).astype(np.int64)
