"""Tags by raters who have no account here."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from apps.catalog.records import Problem
from apps.imports.datasets.known_films import KnownFilms
from apps.imports.running.job import Job
from apps.imports.sources.movielens.films import SOURCE
from apps.imports.sources.movielens.tags import TagRecord, tags_of
from apps.reviews import services
from apps.reviews.models import RatingBatch
from movieverse.bulk import Counts

KIND = "tags"
_BATCH = 500
_Tag = tuple[str, int, str]  # rater, movie id, text


def load_tags(job: Job, path: Path, films: KnownFilms, batch: RatingBatch | None) -> None:
    """Of two that differ in nothing but their spelling, the first one is taken."""
    problems: list[Problem] = []
    counts, number = Counts(), 0
    for rows in _usable(path, films, problems):
        counts += _bring(batch, rows)
        number += len(rows)
        job.advance(rows=len(rows))
    job.fail(KIND, problems)
    if batch:  # which knows what it brought before it was interrupted, too
        created = services.tags_brought(batch=batch)
        counts = Counts(created=created, unchanged=number - created)
    job.counts[KIND] += counts


def _usable(path: Path, films: KnownFilms, problems: list[Problem]) -> Iterator[list[_Tag]]:
    records = tags_of(path, problems)
    while some := list(islice(records, _BATCH)):
        movie_ids = films.ids(int(record.movie) for record in some)
        faults = {record.place: problem for record in some if (problem := _problem(record, movie_ids))}
        problems += faults.values()
        yield [(one.user, movie_ids[int(one.movie)], one.text) for one in some if one.place not in faults]


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
