"""The TMDB 5000 data set: 4,803 films with everybody who is credited in them."""

from collections.abc import Sequence
from pathlib import Path

from apps.imports.sources import tmdb5000
from seed.run import Run


def seed(paths: Sequence[Path], run: Run) -> None:
    found = tmdb5000.read(paths)
    run.fail("movies", found.problems)
    if found.credits_without_movie:
        run.notes.append(f"{found.credits_without_movie:,} rows of credits belong to no film of the table of movies.")
    run.load_movies(found.movies, "tmdb5000")
