"""The lists of the best titles, each told by a Best file, by a normalised table, or by both."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from apps.catalog.records import EntryRecord, ListRecord, MovieRecord, Problem, SourceId
from apps.imports.sources.netflix.cells import country_codes, release_year, source_scores
from apps.imports.sources.netflix.normalised import Names
from apps.imports.sources.netflix.shelf import Key, Shelf, complete, key_of
from apps.imports.sources.netflix.words import genre
from apps.imports.sources.tables import BadCell, Row, read_rows


class _List(NamedTuple):
    kind: str  # of its titles
    slug: str
    name: str
    description: str
    is_yearly: bool = False


_LISTS = {
    "best movies": _List(
        "movie",
        "best-movies-on-netflix",
        "Best Movies on Netflix",
        "The films on Netflix with the highest scores, the best first.",
    ),
    "best shows": _List(
        "show",
        "best-shows-on-netflix",
        "Best Shows on Netflix",
        "The shows on Netflix with the highest scores, the best first.",
    ),
    "best movie by year": _List(
        "movie",
        "best-movie-by-year-on-netflix",
        "Best Movie by Year on Netflix",
        "Of each year's films on Netflix, the one with the highest score.",
        is_yearly=True,
    ),
    "best show by year": _List(
        "show",
        "best-show-by-year-on-netflix",
        "Best Show by Year on Netflix",
        "Of each year's shows on Netflix, the one with the highest score.",
        is_yearly=True,
    ),
}

_LONGEST_ID = 60  # characters of a title that stand for it all


def read_lists(files: Mapping[str, Path], movies: list[MovieRecord], problems: list[Problem]) -> list[ListRecord]:
    """The lists. Their titles are found among the movies and complete them, or are added to them.

    Where a Best file and a normalised table tell of the same list, its entries are those of the file.
    """
    reader = _ListReader(Names(files, problems), Shelf(movies, problems), problems)
    lists = []
    for name, about in _LISTS.items():
        tellings = [files[kind] for kind in (name, f"normalised {name}") if kind in files]
        if tellings:
            lists.append(reader.read(about, tellings))
    return lists


class _ListReader:
    def __init__(self, names: Names, shelf: Shelf, problems: list[Problem]) -> None:
        self._names, self._shelf, self._problems = names, shelf, problems

    def read(self, about: _List, tellings: Iterable[Path]) -> ListRecord:
        first, *others = tellings
        titles = self._titles(about.kind, first)
        for path in others:
            self._compare(titles, self._titles(about.kind, path), first.name)
        return ListRecord(
            place=first.name,
            slug=about.slug,
            name=about.name,
            description=about.description,
            entries=self._entries(titles.values(), is_yearly=about.is_yearly),
        )

    def _titles(self, kind: str, path: Path) -> dict[Key, MovieRecord]:
        """What the file tells of its titles, in its order."""
        titles: dict[Key, MovieRecord] = {}

        def read(row: Row) -> MovieRecord:
            told = self._told(kind, row)
            if known := titles.get(key_of(told)):
                raise BadCell("TITLE", told.title, f"stands already in {known.place}")
            return told

        for told in read_rows(path, read, self._problems):
            titles[key_of(told)] = told
        return titles

    def _compare(self, titles: dict[Key, MovieRecord], others: dict[Key, MovieRecord], first: str) -> None:
        for key, other in others.items():
            if key in titles:
                complete(titles[key], other, self._problems)
            else:
                reason = f"is not in {first}, which tells of the same list"
                self._problems.append(Problem(other.place, "TITLE", other.title, reason))

    def _entries(self, titles: Iterable[MovieRecord], *, is_yearly: bool) -> list[EntryRecord]:
        """Ranks follow the file's order; a yearly list begins anew with every year."""
        ranks: Counter[int | None] = Counter()
        entries = []
        for told in titles:
            year = told.release_year if is_yearly else None
            ranks[year] += 1
            entries.append(EntryRecord(self._shelf.take(told), ranks[year], year))
        return entries

    def _told(self, kind: str, row: Row) -> MovieRecord:
        row = self._names.resolved(row)
        row.required("RELEASE_YEAR")
        told = MovieRecord(
            place=row.place,
            ids=[],
            kind=kind,
            title=row.required("TITLE"),
            release_year=release_year(row, "RELEASE_YEAR"),
            source_scores=source_scores(row, "netflix", "SCORE", _whole(row, "NUMBER_OF_VOTES")),
            runtime=_whole(row, "DURATION"),
            season_count=_whole(row, "NUMBER_OF_SEASONS"),
            genres=[genre(word) for word in [row.text("MAIN_GENRE")] if word],
            countries=country_codes(row, "MAIN_PRODUCTION", [row.text("MAIN_PRODUCTION")], self._problems),
        )
        kind, title, year = key_of(told)
        told.ids = [SourceId("netflix-best", f"{kind}:{title[:_LONGEST_ID]}:{year}")]
        told.main_genre = next(iter(told.genres), None)
        told.main_country = next(iter(told.countries), "")
        return told


def _whole(row: Row, column: str) -> int | None:
    """Lists by year know less: not every column is there. 0 is unknown."""
    return (row.whole(column) or None) if column in row.cells else None
