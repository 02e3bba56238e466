"""Ratings by raters who have no account here, into the reviews store."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from apps.catalog.records import Place, Problem
from apps.imports.datasets.movielens.pairs import Pairs
from apps.imports.sources.movielens.ratings import Chunk, ratings_of
from apps.reviews import services

SOURCE = "movielens"


def load_ratings(path: Path, *, key: str, films: pl.DataFrame, upsert: bool, tell: Callable[..., Any]) -> None:
    """All that the file has, shown at the end. `films`: movie (as the file calls it), movie_id (as we do).

    `tell` is called with (chunk, counts, rejected) after each chunk.
    """
    with TemporaryDirectory(prefix="movieverse-import-") as folder, services.batch_loading(key=key) as batch:
        pairs = Pairs(Path(folder))
        for chunk in ratings_of(path):
            rows, rejected = _usable(path, chunk, pairs, films)
            counts = services.chunk_load(batch=batch, number=chunk.number, source=SOURCE, rows=rows, upsert=upsert)
            tell(chunk, counts, rejected)
        services.batch_show(batch=batch)


def _usable(path: Path, chunk: Chunk, pairs: Pairs, films: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    known = chunk.rows.join(films, on="movie")
    unknown = chunk.rows.join(films, on="movie", how="anti")
    new, repeated = pairs.take(chunk.number, known)
    rejected = [
        *chunk.rejected,
        *_problems(path, unknown, "movieId", "is no film that the file of films has"),
        *_problems(path, repeated, "movieId", "is rated by the same user in an earlier line"),
    ]
    rows = new.select(pl.col("user").cast(pl.String).alias("rater"), "movie_id", "value", "created_at")
    return rows, rejected


def _problems(path: Path, rows: pl.DataFrame, column: str, reason: str) -> Iterator[Problem]:
    for line, movie in rows.select("line", "movie").iter_rows():
        yield Problem(Place(path.name, line), column, str(movie), reason)
