"""A table of films of one's own, whatever its columns are called."""

from functools import partial

from apps.imports.datasets import catalogue
from apps.imports.datasets.base import DataSet, only, read
from apps.imports.running.job import Job
from apps.imports.sources.own import SOURCE
from apps.imports.sources.own.films import columns_of, read_films


def load(job: Job) -> None:
    found = read(job, lambda paths: read_films(paths[0], job.mapping), "movies")
    job.load_movies(found.movies, SOURCE)


DATA_SET = DataSet(
    name="films",
    title="Films of one's own",
    recognise=partial(only, "films"),
    mapped=columns_of,
    load=load,
    undo=catalogue.undo,
)
