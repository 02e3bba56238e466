"""Ratings as imports bring them."""

from collections.abc import Sequence

import polars as pl

from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.models import RatingBatch
from apps.reviews.selectors import counted_summaries, summary_of
from movieverse.bulk import Counts


def frame(*rows: tuple[str, int, int]) -> pl.DataFrame:
    """Of (rater, movie id, half-stars)."""
    raters, movie_ids, values = zip(*rows, strict=True)
    return pl.DataFrame(
        {"rater": raters, "movie_id": movie_ids, "value": values, "created_at": ["2005-04-02 23:53:47"] * len(rows)},
        schema_overrides={"movie_id": pl.Int64, "value": pl.Int64},
    )


def load(key: str, *chunks: pl.DataFrame, upsert: bool = True) -> list[Counts]:
    with services.batch_loading(key=key) as batch:
        return _loaded(batch, chunks, upsert)


def _loaded(batch: RatingBatch, chunks: Sequence[pl.DataFrame], upsert: bool) -> list[Counts]:
    return [
        services.chunk_load(batch=batch, number=number, source="movielens", rows=rows, upsert=upsert)
        for number, rows in enumerate(chunks)
    ]


def show(key: str) -> None:
    services.batch_show(batch=RatingBatch.objects.get(key=key))


def brought(key: str, *chunks: pl.DataFrame) -> list[Counts]:
    """As an import does it: shown while the store is still open for loading."""
    with services.batch_loading(key=key) as batch:
        counts = _loaded(batch, chunks, upsert=True)
        services.batch_show(batch=batch)
    return counts


def numbers(movie: Movie) -> tuple[int, int]:
    """As its summary has them, which is what its ratings come to."""
    summary = summary_of(movie.pk)
    assert summary.numbers == counted_summaries([movie.pk])[0].numbers
    return summary.count, summary.total
