"""Where likes come from: the reviews store, or the ratings of a MovieLens set."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from apps.imports.sources.movielens.files import recognised
from apps.imports.sources.opening import SourceError
from apps.imports.sources.ratings import ratings_of
from apps.recommendations.learning.likes import LIKED, Ints, Likes
from apps.reviews.models import Rating

_AT_ONCE = 50_000  # ratings
_SEED = 1

Columns = tuple[Ints, Ints, Ints]  # users, movies, moments in milliseconds


def stored_likes(told: Callable[[int], object] = lambda rows: None) -> Likes:
    """All that members and raters like; of each batch `told` hears how many ratings there were.

    Of one moment they come in an order that says nothing: not in that of the rows, which is often that of the movies.
    """
    found = _joined(_stored(told))
    mixed = np.random.default_rng(_SEED).permutation(len(found[0]))
    return _likes(*(column[mixed] for column in found))


def _stored(told: Callable[[int], object]) -> Iterator[Columns]:
    liked = Rating.shown.filter(value__gte=LIKED).order_by("pk")
    last = 0
    while rows := list(liked.filter(pk__gt=last).values_list("pk", "user_id", "movie_id", "created_at")[:_AT_ONCE]):
        last = rows[-1][0]
        told(len(rows))
        _, users, movies, moments = zip(*rows, strict=True)
        yield np.array(users), np.array(movies), np.array([round(moment.timestamp() * 1000) for moment in moments])


def movielens_likes(folder: Path, told: Callable[[int], object] = lambda rows: None) -> Likes:
    """Of a folder with a table of ratings. Rows that are none are left out. SourceError where there is no table."""
    files = recognised([folder])
    if "ratings" not in files:
        raise SourceError(f"{folder} has no table of ratings: name a folder with a MovieLens set.")
    return _likes(*_joined(_read(files["ratings"], told)))


def _read(path: Path, told: Callable[[int], object]) -> Iterator[Columns]:
    moments = pl.col("created_at").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.epoch("ms")
    for chunk in ratings_of(path):
        told(len(chunk.rows))
        liked = chunk.rows.filter(pl.col("value") >= LIKED).select("user", "movie", moments)
        users, movies, at = (liked[name].to_numpy() for name in liked.columns)
        yield users, movies, at


def _joined(batches: Iterator[Columns]) -> Columns:
    nothing = np.empty(0, np.int64)
    users, movies, moments = map(np.concatenate, zip((nothing,) * 3, *batches, strict=True))
    return users, movies, moments


def _likes(user_ids: Ints, movie_ids: Ints, moments: Ints) -> Likes:
    return Likes.of(user_ids=user_ids, movie_ids=movie_ids, moments=moments)
