"""Titles, and who plays in them and directs them: the tables raw_titles and raw_credits."""

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, Problem, SourceId
from apps.imports.sources.netflix.cells import country_codes, release_year, source_scores
from apps.imports.sources.netflix.words import genre
from apps.imports.sources.tables import BadCell, Row, read_rows

_KINDS = {"MOVIE": "movie", "SHOW": "show"}
_ROLES = ("ACTOR", "DIRECTOR")
_IMDB_ID = re.compile("tt[0-9]+")
_SPREADSHEET_DATE = re.compile("[0-9]{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")


# --- Titles ---------------------------------------------------------------------------------------


def read_titles(path: Path, problems: list[Problem]) -> dict[str, MovieRecord]:
    """The films and shows, by their ids in the set."""
    reader = _TitleReader(problems)
    return {movie.ids[0].value: movie for movie in read_rows(path, reader.movie, problems)}


class _TitleReader:
    """Knows where the ids stand that it has met: no two titles share one."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._places: dict[SourceId, str] = {}

    def movie(self, row: Row) -> MovieRecord:
        movie = MovieRecord(
            place=row.place,
            ids=self._ids(row),
            kind=_kind(row),
            title=_title(row),
            release_year=release_year(row, "release_year"),
            runtime=row.whole("runtime") or None,
            season_count=row.whole("seasons") or None,
            releases=_releases(row),
            source_scores=source_scores(row, "imdb", "imdb_score", row.whole("imdb_votes") or None),
            genres=list(dict.fromkeys(genre(word) for word in row.literals("genres") if word.strip())),
        )
        movie.countries = self._countries(row)
        self._places |= dict.fromkeys(movie.ids, row.place)
        return movie

    def _ids(self, row: Row) -> list[SourceId]:
        ids = {"id": SourceId("netflix", row.required("id"))}
        if imdb_id := row.text("imdb_id"):
            ids["imdb_id"] = SourceId("imdb", imdb_id)
            if not _IMDB_ID.fullmatch(imdb_id):
                raise BadCell("imdb_id", imdb_id, "is not an id such as tt0075314")
        for column, source_id in ids.items():
            if source_id in self._places:
                raise BadCell(column, source_id.value, f"stands already in {self._places[source_id]}")
        return list(ids.values())

    def _countries(self, row: Row) -> list[str]:
        column = "production_countries"
        return country_codes(row, column, row.literals(column), self._problems)


def _title(row: Row) -> str:
    """Spreadsheets save `22 July` as `22-Jul`. What it was, nobody can tell: October 1 and 1 October look alike."""
    title = row.required("title")
    if _SPREADSHEET_DATE.fullmatch(title):
        raise BadCell(
            "title", title, "is a date that a spreadsheet has made of the title: take it from the original file"
        )
    return title


def _kind(row: Row) -> str:
    kind = _KINDS.get(row.text("type").upper())
    if kind is None:
        raise BadCell("type", row.text("type"), f"is neither {' nor '.join(_KINDS)}")
    return kind


def _releases(row: Row) -> list[dict[str, Any]]:
    """The set knows no dates: a release carries the certificate, which is an American one."""
    certification = row.text("age_certification")
    release = {"country": "US", "type": "", "date": None, "certification": certification, "note": ""}
    return [release] if certification else []


# --- Credits --------------------------------------------------------------------------------------


class _Credit(NamedTuple):
    title_id: str
    role: str
    person: NamedRecord
    character: str


class _CreditCounts(NamedTuple):
    of_unknown_titles: int
    merged: int


def read_credits(path: Path, titles: dict[str, MovieRecord], problems: list[Problem]) -> _CreditCounts:
    """Give the titles their cast and crew, in the file's order.

    A person stands once in the cast of a title: different characters are joined with ` / `.
    """
    counts: Counter[bool] = Counter()
    people: dict[SourceId, NamedRecord] = {}
    parts: dict[tuple[str, str], dict[SourceId, dict[str, None]]] = defaultdict(dict)
    for credit in read_rows(path, _credit, problems):
        is_known = credit.title_id in titles
        counts[is_known] += 1
        if is_known:
            person = people.setdefault(credit.person.id, credit.person)
            parts[credit.title_id, credit.role].setdefault(person.id, {})[credit.character] = None
    for title_id, movie in titles.items():
        played, directed = (parts[title_id, role] for role in _ROLES)
        movie.cast = [CastRecord(people[one], " / ".join(filter(None, names))) for one, names in played.items()]
        movie.crew = [CrewRecord(people[one], "Directing", "Director") for one in directed]
    return _CreditCounts(counts[False], counts[True] - sum(map(len, parts.values())))


def _credit(row: Row) -> _Credit:
    role = row.text("role").upper()
    if role not in _ROLES:
        raise BadCell("role", row.text("role"), f"is neither {' nor '.join(_ROLES)}")
    person_id = row.whole("person_id")
    if not person_id:
        raise BadCell("person_id", row.text("person_id"), "is not an id")
    person = NamedRecord(SourceId("netflix", str(person_id)), row.required("name"))
    return _Credit(row.required("id"), role, person, row.text("character"))
