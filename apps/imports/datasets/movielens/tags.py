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
from apps.reviews.models import RatingBatch, folded_tag
from movieverse.bulk import Counts

KIND = "tags"
_BATCH = 500
_Tag = tuple[str, int, str]  # rater, movie id, text


def load_tags(job: Job, path: Path, films: KnownFilms, batch: RatingBatch | None) -> None:
    """Of two that differ in nothing but their spelling, the first one is taken."""
    number = created = 0
    seen: set[int] = set()
    for rows in _usable(job, path, films):
        number += len(rows)
        if batch:
            services.tags_bring(batch=batch, source=SOURCE, rows=rows)
        else:
            created += services.tags_preview(source=SOURCE, rows=_not_seen(rows, seen)).created
        job.advance(rows=len(rows))
    if batch:  # which knows what it brought before it was interrupted, too
        created = services.tags_brought(batch=batch)
    job.counts[KIND] += Counts(created=created, unchanged=number - created)


def _not_seen(rows: list[_Tag], seen: set[int]) -> list[_Tag]:
    """What was written a while ago a dry run has to remember."""
    new = {hash((rater, movie_id, folded_tag(text))): (rater, movie_id, text) for rater, movie_id, text in rows}
    found = [row for key, row in new.items() if key not in seen]
    seen.update(new)
    return found


def _usable(job: Job, path: Path, films: KnownFilms) -> Iterator[list[_Tag]]:
    problems: list[Problem] = []
    records = (one for one in tags_of(path, problems) if _is_wanted(job, one))
    while some := list(islice(records, _BATCH)):
        movie_ids = films.ids(int(record.movie) for record in some)
        faults = {record.place: problem for record in some if (problem := _problem(record, movie_ids))}
        yield [(one.user, movie_ids[int(one.movie)], one.text) for one in some if one.place not in faults]
        problems += faults.values()
        _tell(job, problems)
    _tell(job, problems)


def _tell(job: Job, problems: list[Problem]) -> None:
    job.fail(KIND, (one for one in problems if _is_wanted(job, one)))
    problems.clear()


def _is_wanted(job: Job, told: TagRecord | Problem) -> bool:
    """Of a retry only that which it is about."""
    return not job.again or told.place in job.again.places


def _problem(record: TagRecord, movie_ids: dict[int, int]) -> Problem | None:
    if int(record.movie) not in movie_ids:
        return Problem(record.place, "movieId", record.movie, "is no film that is known")
    fault = services.fault_of_tag(record.text)
    return Problem(record.place, "tag", record.text, f"is no tag: {fault}") if fault else None
