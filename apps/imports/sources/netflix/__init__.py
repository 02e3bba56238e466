"""The Netflix data set: its titles, who plays in them, and its lists of the best ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from apps.catalog.records import ListRecord, MovieRecord, Problem
from apps.imports.sources.netflix.files import recognised
from apps.imports.sources.netflix.lists import read_lists
from apps.imports.sources.netflix.titles import read_credits, read_titles


@dataclass
class Netflix:
    """What the files hold, and which of their rows and cells cannot be used."""

    movies: list[MovieRecord] = field(default_factory=list)  # and shows
    lists: list[ListRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    titles_of_lists_alone: int = 0  # titles that the lists tell of, and raw_titles does not
    credits_of_unknown_titles: int = 0
    merged_credits: int = 0  # further parts of an actor in a title: they stand in one entry of its cast


def read(paths: Sequence[Path]) -> Netflix:
    """Read what there is of the set: files, or folders of them. SourceError if they are not what they should be.

    Titles, lists, or both are enough; credits need the titles, and normalised lists their genres and countries.
    Main genres and countries are only those that the lists tell.
    """
    files = recognised(paths)
    found = Netflix()
    titles = read_titles(files["titles"], found.problems) if "titles" in files else {}
    if "credits" in files:
        counts = read_credits(files["credits"], titles, found.problems)
        found.credits_of_unknown_titles, found.merged_credits = counts
    found.movies = list(titles.values())
    found.lists = read_lists(files, found.movies, found.problems)
    found.titles_of_lists_alone = len(found.movies) - len(titles)
    return found
