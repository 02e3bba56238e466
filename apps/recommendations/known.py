"""All that a model is made of: who likes what, and what is said of the movies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array, vstack

from apps.imports.running.run import Bar
from apps.recommendations.learning import content
from apps.recommendations.learning.likes import Ints, Likes
from apps.recommendations.learning.tables import MOST_SIMILAR
from apps.recommendations.sources import stored_likes
from apps.recommendations.traits import traits_in_batches


@dataclass(frozen=True)
class Known:
    """Likes are of movies of the catalogue only."""

    likes: Likes
    movie_ids: Ints
    vectors: csr_array

    @property
    def told(self) -> dict[str, Any]:
        users, liked = self.likes.shape
        window = [_day(self.likes.moments.min()), _day(self.likes.moments.max())] if len(self.likes) else []
        counts = {"movies": len(self.movie_ids), "likes": len(self.likes), "users": users, "liked_movies": liked}
        return {**counts, "from_and_until": window}

    @cached_property
    def near(self) -> csr_array:
        """Of the movies that are liked, by their numbers there: those that have most in common with each."""
        rows = self.vectors[np.searchsorted(self.movie_ids, self.likes.movie_ids)]
        found = list(content.nearest(rows, MOST_SIMILAR))
        near = csr_array(vstack(found, "csr")) if found else csr_array((0, 0), dtype=np.float32)
        return content.trusted(near, content.own_of(rows))


def _day(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()


def all_known(bar: Bar) -> Known:
    bar.begin("likes", 0)
    likes = stored_likes(bar.advance)
    bar.end()
    bar.begin("titles", 0)
    movie_ids: list[int] = []
    vectors = content.vectors(_heard_of(movie_ids, bar))
    bar.end()
    ids = np.array(movie_ids, np.int64)
    return Known(likes.among(ids), ids, vectors)


def _heard_of(movie_ids: list[int], bar: Bar) -> Iterator[list[content.Traits]]:
    for ids, traits in traits_in_batches():
        movie_ids += ids
        bar.advance(len(ids))
        yield traits
