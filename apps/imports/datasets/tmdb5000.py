"""The TMDB 5000 data set: 4,803 films with everybody who is credited in them."""

from apps.imports.datasets import catalogue
from apps.imports.datasets.base import DataSet, read
from apps.imports.running.run import Run
from apps.imports.sources import tmdb5000


def load(run: Run) -> None:
    found = read(run, tmdb5000.read, "movies")
    if found.credits_without_movie:
        run.notes.append(f"{found.credits_without_movie:,} rows of credits belong to no film of the table of movies.")
    run.load_movies(found.movies, "tmdb5000")


DATA_SET = DataSet(
    name="tmdb5000",
    title="TMDB 5000",
    tables=tmdb5000.COLUMNS,
    recognise=tmdb5000.recognised,
    load=load,
    undo=catalogue.undo,
)
