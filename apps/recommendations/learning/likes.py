"""Who liked what, in the order in which they did: plain arrays, from whatever store or file."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Ints = NDArray[np.int64]

LIKED = 8  # half-stars: whoever gives so many or more likes the film
LEAST = 5  # likes of whom some are held out
HELD_OUT = 20  # percent of each one's likes, the latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Likes:
    """Users and movies are numbered from 0. Each one's likes stand together, the earliest first."""

    users: Ints
    movies: Ints
    moments: Ints  # of whatever unit they are given in
    user_ids: Ints  # by their numbers, ascending
    movie_ids: Ints

    @classmethod
    def of(cls, *, user_ids: Ints, movie_ids: Ints, moments: Ints) -> Self:
        """Likes in any order. Those of one moment stay as they come."""
        known_users, users = np.unique(user_ids, return_inverse=True)
        known_movies, movies = np.unique(movie_ids, return_inverse=True)
        users, movies = users.astype(np.int32), movies.astype(np.int32)  # half of what matrices take
        order = np.lexsort((np.arange(len(users)), moments, users))
        ordered = {"users": users[order], "movies": movies[order], "moments": moments[order]}
        return cls(**ordered, user_ids=known_users, movie_ids=known_movies)

    def __len__(self) -> int:
        return len(self.users)

    def among(self, movie_ids: Ints) -> Self:
        """Those of these movies; who and what has none is not numbered."""
        wanted = np.isin(self.movie_ids, movie_ids)[self.movies]
        users, movies = self.user_ids[self.users[wanted]], self.movie_ids[self.movies[wanted]]
        return self.of(user_ids=users, movie_ids=movies, moments=self.moments[wanted])

    def only(self, wanted: NDArray[np.bool_]) -> Self:
        """Some of them, under the same numbers."""
        some = {name: getattr(self, name)[wanted] for name in ("users", "movies", "moments")}
        return type(self)(**some, user_ids=self.user_ids, movie_ids=self.movie_ids)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.user_ids), len(self.movie_ids)

    @property
    def counts(self) -> Ints:
        """How many like each movie."""
        return np.bincount(self.movies, minlength=len(self.movie_ids))

    @property
    def per_user(self) -> Ints:
        return np.bincount(self.users, minlength=len(self.user_ids))

    @property
    def places(self) -> Ints:
        """Of each like its place among its user's, from 0."""
        begins = np.concatenate(([0], np.cumsum(self.per_user)))[:-1]
        return np.arange(len(self)) - begins[self.users]

    @property
    def ages(self) -> Ints:
        """How many of the same user's likes came after it."""
        return self.per_user[self.users] - 1 - self.places

    def matrix(self, weights: NDArray[np.floating] | None = None) -> csr_array:
        """Users by movies."""
        values = np.ones(len(self), np.float32) if weights is None else weights.astype(np.float32)
        return csr_array((values, (self.users, self.movies)), shape=self.shape)


class Split(NamedTuple):
    training: Likes
    held_out: Likes


def split(likes: Likes, *, before: int = 0) -> Split:
    """Hold out each one's last likes, but for the very last percentage, `before` which they are and which nobody sees.

    Who likes less than LEAST is all in the training.
    """
    number = likes.per_user[likes.users]
    end = number - number * before // 100
    begin = end - np.maximum(1, number * HELD_OUT // 100)
    is_split, places = number >= LEAST, likes.places
    training = ~is_split | (places < begin)
    return Split(likes.only(training), likes.only(is_split & (places >= begin) & (places < end)))
