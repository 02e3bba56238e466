"""Tags by raters who have no account here."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from apps.catalog.records import Problem
from apps.imports.datasets.movielens.ratings import SOURCE
from apps.imports.running.job import Job
from apps.imports.sources.movielens.tags import TagRecord, tags_of
from apps.reviews import services
from apps.reviews.models import RatingBatch
from movieverse.bulk import Counts

KIND = "tags"
_BATCH = 500
_Tag = tuple[str, int, str]  # rater, movie id, text


def load_tags(job: Job, path: Path, films: pl.DataFrame, batch: RatingBatch | None) -> None:
    """Of two that differ in nothing but their spelling, the first one is taken."""
    problems: list[Problem] = []
    counts, number = Counts(), 0
    for rows in _usable(path, dict(films.iter_rows()), problems):
        counts += _bring(batch, rows)
        number += len(rows)
        job.advance(rows=len(rows))
    job.fail(KIND, problems)
    if batch:  # which knows what it brought before it was interrupted, too
        created = services.tags_brought(batch=batch)
        counts = Counts(created=created, unchanged=number - created)
    job.counts[KIND] += counts


def _usable(path: Path, movie_ids: dict[int, int], problems: list[Problem]) -> Iterator[list[_Tag]]:
    rows: list[_Tag] = []
    for record in tags_of(path, problems):
        if problem := _problem(record, movie_ids):
            problems.append(problem)
            continue
        rows.append((record.user, movie_ids[int(record.movie)], record.text))
        if len(rows) == _BATCH:
            yield rows
            rows = []
    yield rows


def _bring(batch: RatingBatch | None, rows: list[_Tag]) -> Counts:
    if batch is None:
        return services.tags_preview(source=SOURCE, rows=rows)
    services.tags_bring(batch=batch, source=SOURCE, rows=rows)
    return Counts()


def _problem(record: TagRecord, movie_ids: dict[int, int]) -> Problem | None:
    if int(record.movie) not in movie_ids:
        return Problem(record.place, "movieId", record.movie, "is no film that is known")
    fault = services.fault_of_tag(record.text)
    return Problem(record.place, "tag", record.text, f"is no tag: {fault}") if fault else None
