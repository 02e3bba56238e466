"""What becomes of the files: the films first, then what is said of them, all of which is seen at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from apps.catalog.models import ExternalId
from apps.imports.datasets import catalogue
from apps.imports.datasets.base import Kept
from apps.imports.datasets.movielens.ratings import SOURCE, load_ratings
from apps.imports.datasets.movielens.tags import load_tags
from apps.imports.running.job import Job
from apps.imports.sources.movielens.files import recognised
from apps.imports.sources.movielens.films import read_films
from apps.reviews import services
from apps.reviews.models import RatingBatch

_TURN = 2.0  # seconds between two looks whether it is this import's turn

_OF_FILMS = {"movies", "links"}
_UNUSED = {"genome tags", "genome scores", "users"}  # the last are ages and towns of raters, nothing to be kept

Files = dict[str, Path]


def load(job: Job) -> None:
    files = recognised(job.paths)
    films = _films(job, files)
    if unread := files.keys() & _UNUSED:
        job.notes.append(f"There is no use for {' and '.join(sorted(unread))} yet.")
    if not files.keys() & {"ratings", "tags"}:
        return
    with _batch(job) as batch:
        if "ratings" in files:
            load_ratings(job, files["ratings"], films, batch)
        if "tags" in files:
            load_tags(job, files["tags"], films, batch)
        if batch:
            services.batch_show(batch=batch)


def undo(import_id: int) -> Iterator[Kept]:
    yield from services.batch_withdraw(key=str(import_id))
    yield from catalogue.undo(import_id)


def _films(job: Job, files: Files) -> pl.DataFrame:
    """movie, as the files call it, and movie_id, as we do: of the table of films, and of those that are known."""
    ids = _loaded(job, files) if "movies" in files else {}
    ids = _known() | ids
    return pl.DataFrame(
        {"movie": list(ids), "movie_id": list(ids.values())}, schema={"movie": pl.Int64, "movie_id": pl.Int64}
    )


def _loaded(job: Job, files: Files) -> dict[int, int]:
    found = read_films(files)
    if job.again:
        found = job.again.narrowed(found, before=read_films(recognised(job.again.paths)))
    job.fail("movies", found.problems)
    job.advance(rows=len(found.movies), bytes=sum(files[name].stat().st_size for name in files.keys() & _OF_FILMS))
    loader = job.load_movies(found.movies, SOURCE)
    ids = {int(film.ids[0].value): loader.ids.get(film.place) for film in found.movies}
    return {movie: movie_id for movie, movie_id in ids.items() if movie_id is not None}


def _known() -> dict[int, int]:
    rows = ExternalId.objects.filter(kind=ExternalId.Kind.MOVIE, source=SOURCE).order_by()
    return {int(value): movie_id for value, movie_id in rows.values_list("value", "object_id") if value.isdecimal()}


@contextmanager
def _batch(job: Job) -> Iterator[RatingBatch | None]:
    """None for a dry run. One import after the other brings ratings: so this one waits for its turn."""
    if job.dry_run:
        yield None
        return
    while not services.batch_may_begin(key=str(job.import_id)):
        job.held.wait(_TURN)
    with services.batch_loading(key=str(job.import_id)) as batch:
        yield batch
