"""Ratings by raters who have no account here, into the reviews store."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from apps.catalog.records import Place
from apps.imports.datasets.movielens.pairs import Pairs
from apps.imports.running.job import Job
from apps.imports.running.rejecting import Rejected
from apps.imports.sources.movielens.ratings import Bad, Chunk, ratings_of
from apps.reviews import services
from apps.reviews.models import RatingBatch
from movieverse.bulk import Counts

KIND = "ratings"
SOURCE = "movielens"
_AHEAD = 2  # chunks that are read while others are loaded


def load_ratings(job: Job, path: Path, films: pl.DataFrame, batch: RatingBatch | None) -> None:
    """All that the file has, of which nothing is written without a batch.

    `films` has the columns movie, as the file calls it, and movie_id, as we do.
    """
    job.begin("bytes", path.stat().st_size)
    with TemporaryDirectory(prefix="movieverse-import-") as folder, services.loaders() as loaders:
        pairs = Pairs(Path(folder))
        under_way: deque[tuple[Future[Counts], Chunk, list[Bad]]] = deque()
        for chunk in ratings_of(path):
            rows, bad = _narrowed(job, path, *_usable(chunk, pairs, films))
            under_way.append((loaders.submit(_load, batch, chunk.number, rows, job.mode == "upsert"), chunk, bad))
            if len(under_way) > _AHEAD:
                _tell(job, path, *under_way.popleft())
        for loading in under_way:
            _tell(job, path, *loading)


def _tell(job: Job, path: Path, loading: Future[Counts], chunk: Chunk, bad: list[Bad]) -> None:
    counts = loading.result()
    job.counts[KIND] += counts
    for one in bad:
        job.reject(_rejected(path, chunk, one))
    job.advance(rows=counts.created + counts.updated + counts.unchanged + len(bad), bytes=len(chunk.data))
    job.done(len(chunk.data))


def _usable(chunk: Chunk, pairs: Pairs, films: pl.DataFrame) -> tuple[pl.DataFrame, list[Bad]]:
    known = chunk.rows.join(films, on="movie")
    unknown = chunk.rows.join(films, on="movie", how="anti")
    new, repeated = pairs.take(chunk.number, known)
    bad = [
        *chunk.bad,
        *_told(unknown, "is no film that is known"),
        *_told(repeated, "is rated by the same user in an earlier line"),
    ]
    return new, bad


def _told(rows: pl.DataFrame, reason: str) -> Iterator[Bad]:
    for line, movie in rows.select("line", "movie").iter_rows():
        yield Bad(line, "movieId", str(movie), reason)


def _narrowed(job: Job, path: Path, rows: pl.DataFrame, bad: list[Bad]) -> tuple[pl.DataFrame, list[Bad]]:
    """Of a retry only the rows that it is about; the others it has to know, to find what is repeated."""
    if not job.again:
        return rows, bad
    lines = {place.line for place in job.again.places if isinstance(place, Place) and place.file == path.name}
    return rows.filter(pl.col("line").is_in(list(lines))), [one for one in bad if one.line in lines]


def _load(batch: RatingBatch | None, number: int, rows: pl.DataFrame, upsert: bool) -> Counts:
    told = rows.select(pl.col("user").cast(pl.String).alias("rater"), "movie_id", "value", "created_at")
    if batch is None:
        return services.chunk_preview(source=SOURCE, rows=told, upsert=upsert)
    return services.chunk_load(batch=batch, number=number, source=SOURCE, rows=told, upsert=upsert)


def _rejected(path: Path, chunk: Chunk, bad: Bad) -> Rejected:
    told: dict[str, Any] = {"line": bad.line, "column": bad.column, "value": bad.value, "reason": bad.reason}
    return Rejected(kind=KIND, file=path.name, cells=chunk.cells(bad.line), **told)
