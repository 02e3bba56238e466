"""The Netflix data set: 5,805 films and shows, who is credited in them, and four lists of the best ones."""

from apps.catalog.loading import load_lists
from apps.imports.datasets import catalogue
from apps.imports.datasets.base import DataSet, read
from apps.imports.running.run import Run
from apps.imports.sources import netflix
from apps.imports.sources.netflix.files import COLUMNS, recognised


def load(run: Run) -> None:
    found = read(run, netflix.read, "movies")
    if found.credits_of_unknown_titles:
        run.notes.append(f"Credits that belong to no title of raw_titles: {found.credits_of_unknown_titles:,}.")
    loader = run.load_movies(found.movies, "netflix")
    load_lists(run.wanted_lists(found.lists), loader.ids, "netflix", run)


DATA_SET = DataSet(
    name="netflix",
    title="Netflix",
    tables=COLUMNS,
    recognise=recognised,
    load=load,
    undo=catalogue.undo,
)
