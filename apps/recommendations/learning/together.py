"""What goes with each movie, by what is said of it and by who likes it, as tables of numbers."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from apps.recommendations.learning import content
from apps.recommendations.learning.alike import alike, likers
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import Ints, Likes
from apps.recommendations.learning.sparse import strongest
from apps.recommendations.learning.tables import FOLLOWERS, MOST_SIMILAR, SIMILAR

_ALIKE = 0.5  # what being liked by the same people counts beside what movies have in common


class Goes(NamedTuple):
    """With one movie; the greatest score or weight first."""

    movie_id: int
    similar: NDArray[np.void]
    followers: NDArray[np.void]


def goes_together(*, movie_ids: Ints, vectors: csr_array, likes: Likes, following: Following) -> Iterator[Goes]:
    """For each of the movies, whose ids ascend. All likes are of these."""
    places = np.searchsorted(movie_ids, likes.movie_ids)
    follows = _placed(following.fit(likes), places, len(movie_ids))
    liked = alike(likes, MOST_SIMILAR)
    counted = csr_array((likers(liked, likes.counts), liked.indices, liked.indptr), shape=liked.shape)
    liked, counted = (_placed(matrix, places, len(movie_ids)) for matrix in (liked, counted))
    counted.sort_indices()
    begin, own = 0, content.own_of(vectors)
    for near in content.nearest(vectors, MOST_SIMILAR):
        some = slice(begin, begin + near.shape[0])
        likers_of_some = counted[some]
        similar = strongest(csr_array(near + _ALIKE * liked[some]), MOST_SIMILAR, first=begin)
        followers = strongest(
            csr_array(follows[some] + following.in_common * content.trusted(near, own, first=begin)),
            following.neighbours,
            first=begin,
        )
        for row in range(near.shape[0]):
            yield Goes(
                int(movie_ids[begin + row]),
                _similar(similar, row, movie_ids, likers_of_some),
                _followers(followers, row, movie_ids),
            )
        begin += near.shape[0]


def _placed(matrix: csr_array, places: Ints, size: int) -> csr_array:
    """The same values among all movies."""
    coo, narrow = matrix.tocoo(), places.astype(np.int32)
    return csr_array((coo.data, (narrow[coo.row], narrow[coo.col])), shape=(size, size))


def _row(matrix: csr_array, row: int) -> tuple[Ints, NDArray]:
    """The columns and values of a row, the greatest first."""
    begin, end = matrix.indptr[row], matrix.indptr[row + 1]
    order = np.argsort(-matrix.data[begin:end], kind="stable")
    return matrix.indices[begin:end][order], matrix.data[begin:end][order]


def _similar(similar: csr_array, row: int, movie_ids: Ints, counted: csr_array) -> NDArray[np.void]:
    columns, scores = _row(similar, row)
    table = np.empty(len(columns), SIMILAR)
    table["movie"], table["score"] = movie_ids[columns], scores
    table["likers"] = _values(counted, row, columns)
    return table


def _values(matrix: csr_array, row: int, columns: Ints) -> NDArray:
    """Those of some columns, 0 where there is none."""
    begin, end = matrix.indptr[row], matrix.indptr[row + 1]
    known = np.append(matrix.indices[begin:end], -1)  # which is no column
    places = np.searchsorted(known[:-1], columns)
    return np.where(known[places] == columns, np.append(matrix.data[begin:end], 0)[places], 0)


def _followers(matrix: csr_array, row: int, movie_ids: Ints) -> NDArray[np.void]:
    columns, weights = _row(matrix, row)
    table = np.empty(len(columns), FOLLOWERS)
    table["movie"], table["weight"] = movie_ids[columns], weights
    return table
