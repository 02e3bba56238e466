"""Ratings by raters who have no account here, into the reviews store."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from apps.catalog.records import Place
from apps.imports.datasets.known_films import KnownFilms
from apps.imports.datasets.pairs import Pairs
from apps.imports.running.job import SAMPLE, Job
from apps.imports.running.rejecting import Rejected
from apps.imports.sources.opening import is_packed
from apps.imports.sources.ratings import Bad, Chunk, Layout, ratings_of
from apps.reviews import services
from apps.reviews.models import RatingBatch
from movieverse.bulk import Counts

KIND = "ratings"
_AHEAD = 1  # chunks that are under way while the next one is read


@dataclass(frozen=True, kw_only=True)
class RatingsFile:
    """Ratings of one file, on their way into a batch, or without one nowhere."""

    job: Job
    path: Path
    films: KnownFilms
    batch: RatingBatch | None
    source: str
    layout: Layout = field(default_factory=Layout)

    @property
    def _is_packed(self) -> bool:
        return is_packed(self.path)

    def load(self) -> None:
        """All that the file has. While some chunks are loaded, the next ones are read."""
        size = 0 if self._is_packed else self.path.stat().st_size
        with (
            self.job.stage("bytes", size),
            TemporaryDirectory(prefix="movieverse-import-") as folder,
            services.loaders() as loaders,
        ):
            pairs = Pairs(Path(folder), self.layout.ids)
            under_way: deque[tuple[Future[Counts], Chunk, list[Bad]]] = deque()
            for chunk in ratings_of(self.path, self.layout):
                rows, bad = self._wanted(*self._usable(chunk, pairs))
                if self.job.dry_run and not chunk.number:
                    self.job.sample += _sample(rows)
                under_way.append((loaders.submit(self._bring, chunk.number, rows), chunk, bad))
                if len(under_way) > _AHEAD:
                    self._tell(*under_way.popleft())
            for loading in under_way:
                self._tell(*loading)

    def _usable(self, chunk: Chunk, pairs: Pairs) -> tuple[pl.DataFrame, list[Bad]]:
        films = self.films.among(chunk.rows["movie"])
        unknown = chunk.rows.join(films, on="movie", how="anti")
        new, repeated = pairs.take(chunk.number, chunk.rows.join(films, on="movie", maintain_order="left"))
        told = (
            *self._told(unknown, "is no film that is known"),
            *self._told(repeated, "is rated by the same user in an earlier line"),
        )
        return new, [*chunk.bad, *told]

    def _told(self, rows: pl.DataFrame, reason: str) -> Iterator[Bad]:
        for line, movie in rows.select("line", "movie").iter_rows():
            yield Bad(line, self.layout.movie, str(movie), reason)

    def _wanted(self, rows: pl.DataFrame, bad: list[Bad]) -> tuple[pl.DataFrame, list[Bad]]:
        """Of a retry only the rows that it is about; the others it has to know, to find what is repeated."""
        if not (again := self.job.again):
            return rows, bad
        lines = {place.line for place in again.places if isinstance(place, Place) and place.file == self.path.name}
        return rows.filter(pl.col("line").is_in(list(lines))), [one for one in bad if one.line in lines]

    def _bring(self, number: int, rows: pl.DataFrame) -> Counts:
        told = rows.select(pl.col("user").cast(pl.String).alias("rater"), "movie_id", "value", "created_at")
        upsert = self.job.mode == "upsert"
        if self.batch is None:
            return services.chunk_preview(source=self.source, rows=told, upsert=upsert)
        return services.chunk_load(batch=self.batch, number=number, source=self.source, rows=told, upsert=upsert)

    def _tell(self, loading: Future[Counts], chunk: Chunk, bad: list[Bad]) -> None:
        counts = loading.result()
        self.job.counts[KIND] += counts
        for one in bad:
            self.job.reject(self._rejected(chunk, one))
        number = 0 if self._is_packed else len(chunk.data)  # of what is packed the import counts the packed bytes
        self.job.advance(rows=counts.created + counts.updated + counts.unchanged + len(bad), bytes=number)
        self.job.done(len(chunk.data))

    def _rejected(self, chunk: Chunk, bad: Bad) -> Rejected:
        told: dict[str, Any] = {"line": bad.line, "column": bad.column, "value": bad.value, "reason": bad.reason}
        return Rejected(kind=KIND, file=self.path.name, cells=chunk.cells(bad.line), **told)


def _sample(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Of a dry run: the first ratings as they would be."""
    shown = rows.head(SAMPLE).select("user", "movie_id", rating=pl.col("value") / 2, created_at="created_at")
    return shown.to_dicts()


@contextmanager
def batch_of(job: Job) -> Iterator[RatingBatch | None]:
    """None for a dry run. One import after the other brings ratings: BatchUnderWay where it is another one's turn."""
    if job.dry_run:
        yield None
        return
    job.notes += filter(None, [services.remark_on_loading()])
    with services.batch_loading(key=str(job.import_id)) as batch:
        yield batch


def show(job: Job, batch: RatingBatch | None) -> None:
    """Unless it is cancelled by now, or another worker's."""
    if batch:
        with job.stage("showing"):
            services.batch_show(batch=batch, check=job.held.check)
