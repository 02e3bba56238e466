"""Sparse matrices of which only the greatest values of each row are kept."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def scale_of(counts: NDArray[np.int64], shrink: float) -> NDArray[np.float32]:
    """What a cosine is divided by, for each movie: with so many likes more than it has, for chance is not alike."""
    return (1 / np.sqrt(np.maximum(counts + shrink, 1))).astype(np.float32)


def strongest(matrix: csr_array, most: int, *, first: int = 0) -> csr_array:
    """Each row's greatest values above 0, of equal ones those of the first columns.

    What compares a thing with itself is left out: the column that is `first` further than the row.
    """
    matrix.sort_indices()
    kept = [_kept(matrix, row, row + first, most) for row in range(matrix.shape[0])]
    indptr = np.concatenate(([0], np.cumsum([len(places) for places in kept]))).astype(matrix.indices.dtype)
    places = np.concatenate(kept) if kept else np.empty(0, np.int64)
    return csr_array((matrix.data[places], matrix.indices[places], indptr), shape=matrix.shape)


def _kept(matrix: csr_array, row: int, itself: int, most: int) -> NDArray[np.int64]:
    """Where in the matrix's data the row's greatest values are, in the order of columns."""
    begin, end = matrix.indptr[row], matrix.indptr[row + 1]
    values = matrix.data[begin:end]
    wanted = (matrix.indices[begin:end] != itself) & (values > 0)
    if wanted.sum() > most:
        least = np.partition(values[wanted], -most)[-most]
        ties = np.flatnonzero(wanted & (values == least))
        above = wanted & (values > least)
        above[ties[: most - above.sum()]] = True
        wanted = above
    return begin + np.flatnonzero(wanted)
