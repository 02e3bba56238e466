"""What a model is compared with, each as its authors describe it. They score all movies for some users at once."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from apps.recommendations.learning.alike import alike
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import Ints, Likes

Scores = NDArray[np.float32]

SEED = 1


class Recommender(Protocol):
    name: str

    def fit(self, likes: Likes) -> None: ...

    def scores(self, users: Ints) -> Scores: ...


class Popularity:
    """The movies that most people like, the same for everybody."""

    name = "popularity"

    def fit(self, likes: Likes) -> None:
        self.counts = likes.counts.astype(np.float32)

    def scores(self, users: Ints) -> Scores:
        return np.tile(self.counts, (len(users), 1))


class Chance:
    name = "random"

    def fit(self, likes: Likes) -> None:
        self.size = len(likes.movie_ids)

    def scores(self, users: Ints) -> Scores:
        return np.stack([np.random.default_rng((SEED, user)).random(self.size, np.float32) for user in users])


class _ItemToItem:
    """One's likes, each with the movies that go with it."""

    def fit(self, likes: Likes) -> None:
        self.likes, self.weights = likes.matrix(), self.weights_of(likes)

    def weights_of(self, likes: Likes) -> Any:
        raise NotImplementedError

    def scores(self, users: Ints) -> Scores:
        found = self.likes[users] @ self.weights
        return np.asarray(found.todense() if hasattr(found, "todense") else found, np.float32)


class ItemNeighbours(_ItemToItem):
    """Item-kNN by the cosine of who likes them."""

    name = "item-kNN"

    def __init__(self, most: int = 100) -> None:
        self.most = most

    def weights_of(self, likes: Likes) -> csr_array:
        return alike(likes, self.most, shrink=0)


class Ease(_ItemToItem):
    """Embarrassingly shallow autoencoders (Steck, 2019). It inverts a dense matrix of movies by movies."""

    name = "EASE"

    def __init__(self, regularization: float = 100) -> None:
        self.regularization = regularization

    def weights_of(self, likes: Likes) -> NDArray[np.float64]:
        matrix = likes.matrix()
        gram = (matrix.T @ matrix).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += self.regularization
        weights = np.linalg.inv(gram)
        weights /= -np.diag(weights).copy()  # in place: each such matrix may be most of a machine's memory
        np.fill_diagonal(weights, 0)
        return weights


class Als:
    """Implicit feedback by alternating least squares (Hu, Koren and Volinsky, 2008)."""

    name = "ALS"

    def __init__(self, factors: int = 64) -> None:
        self.factors = factors

    def fit(self, likes: Likes) -> None:
        from implicit.als import AlternatingLeastSquares

        with threadpool_limits(1, "blas"):  # it has threads of its own
            model = AlternatingLeastSquares(factors=self.factors, random_state=SEED)
            model.fit(csr_matrix(likes.matrix()), show_progress=False)
        self.users, self.movies = model.user_factors, model.item_factors

    def scores(self, users: Ints) -> Scores:
        return self.users[users] @ self.movies.T


class Ours:
    """What each one's likes are followed by, the latest likes first; and where it is known what they have in common."""

    name = "ours"

    def __init__(self, following: Following | None = None, near: csr_array | None = None) -> None:
        self.following, self.near = following or Following(), near

    def fit(self, likes: Likes) -> None:
        self.profiles = likes.matrix(self.following.weights(likes.ages))
        self.weights = self.following.fit(likes)
        if self.near is not None:
            self.weights = csr_array(self.weights + self.following.in_common * self.near)

    def scores(self, users: Ints) -> Scores:
        return (self.profiles[users] @ self.weights).toarray()
