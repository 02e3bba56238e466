"""The Netflix data set: 5,805 films and shows, who is credited in them, and four lists of the best ones."""

from collections.abc import Sequence
from pathlib import Path

from apps.catalog.loading import load_lists
from apps.imports.sources import netflix
from seed.run import Run


def seed(paths: Sequence[Path], run: Run) -> None:
    found = netflix.read(paths)
    run.fail("movies", found.problems)
    if found.credits_of_unknown_titles:
        run.notes.append(f"Credits that belong to no title of raw_titles: {found.credits_of_unknown_titles:,}.")
    loader = run.load_movies(found.movies, "netflix")
    load_lists(found.lists, loader.ids, "netflix", run)
