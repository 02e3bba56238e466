"""A table of ratings of one's own, whatever its columns are called."""

from collections.abc import Iterator
from functools import partial

import polars as pl

from apps.imports.datasets.base import DataSet, Kept, only
from apps.imports.datasets.known_films import KnownFilms
from apps.imports.datasets.rating_files import RatingsFile, batch_of, show
from apps.imports.running.job import Job
from apps.imports.sources.own import SOURCE
from apps.imports.sources.own.ratings import columns_of, layout_of
from apps.reviews import services


def load(job: Job) -> None:
    (path,) = job.paths
    layout, source = layout_of(path, job.mapping)
    films = KnownFilms(source, pl.String)
    with batch_of(job) as batch:
        RatingsFile(job=job, path=path, films=films, batch=batch, source=SOURCE, layout=layout).load()
        show(job, batch)


def undo(import_id: int) -> Iterator[Kept]:
    yield from services.batch_withdraw(key=str(import_id))


DATA_SET = DataSet(
    name="ratings",
    title="Ratings of one's own",
    recognise=partial(only, "ratings"),
    mapped=columns_of,
    load=load,
    undo=undo,
)
