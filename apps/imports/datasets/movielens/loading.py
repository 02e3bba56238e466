"""What becomes of the files: the films first, then what is said of them, all of which is seen at the end."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from apps.imports.datasets import catalogue
from apps.imports.datasets.base import Kept
from apps.imports.datasets.known_films import KnownFilms
from apps.imports.datasets.movielens.tags import load_tags
from apps.imports.datasets.rating_files import RatingsFile, batch_of, show
from apps.imports.running.job import Job
from apps.imports.sources.movielens.files import recognised
from apps.imports.sources.movielens.films import SOURCE, read_films
from apps.reviews import services

_OF_FILMS = {"movies", "links", "genome tags", "genome scores"}

Files = dict[str, Path]


def load(job: Job) -> None:
    files = recognised(job.paths)
    if "users" in files:
        job.notes.append("Ages and occupations of raters are nothing to be kept: the table of users is not taken.")
    if not files.keys() & {"ratings", "tags"}:
        _films(job, files)
        return
    with batch_of(job) as batch:  # before anything is done: where it is another's turn, all of it is done again
        films = _films(job, files)
        if "ratings" in files:
            RatingsFile(job=job, path=files["ratings"], films=films, batch=batch, source=SOURCE).load()
        if "tags" in files:
            load_tags(job, files["tags"], films, batch)
        show(job, batch)


def undo(import_id: int) -> Iterator[Kept]:
    yield from services.batch_withdraw(key=str(import_id))
    yield from catalogue.undo(import_id)


def _films(job: Job, files: Files) -> KnownFilms:
    return KnownFilms(SOURCE, pl.Int64, _loaded(job, files) if "movies" in files else {})


def _loaded(job: Job, files: Files) -> dict[int, int]:
    found = read_films(files)
    if job.again:
        found = job.again.narrowed(found, before=read_films(recognised(job.again.paths)))
    job.fail("movies", found.problems)
    job.advance(rows=len(found.movies), bytes=sum(files[name].stat().st_size for name in files.keys() & _OF_FILMS))
    loader = job.load_movies(found.movies, SOURCE)
    ids = {int(film.ids[0].value): loader.ids.get(film.place) for film in found.movies}
    return {movie: movie_id for movie, movie_id in ids.items() if movie_id is not None}
