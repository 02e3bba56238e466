"""Films of one's own tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, Problem, SourceId
from apps.imports.sources.own import SOURCE
from apps.imports.sources.own.columns import mapped
from apps.imports.sources.own.imdb import spelled
from apps.imports.sources.tables import BadCell, Row, read_rows

FIELDS = (
    *("title", "original_title", "year", "release_date", "kind", "id", "imdb_id", "tmdb_id", "runtime"),
    *("overview", "tagline", "original_language", "countries", "genres", "keywords", "directors", "cast", "homepage"),
)
_NEEDED = (("title",),)
_AMBIGUOUS = ("id",)  # each table has one, and another film is 1 in each
_KINDS = {"": "movie", "movie": "movie", "film": "movie", "show": "show", "tv": "show", "series": "show"}
_YEARS = range(1870, 2100)
_LONGEST_ID = 80
_SEPARATORS = "|;,"  # between several names in a cell: the first of them that is there


@dataclass(frozen=True)
class Films:
    movies: list[MovieRecord]
    problems: list[Problem]


def columns_of(path: Path, mapping: Mapping[str, str]) -> dict[str, str]:
    return mapped(path, mapping, FIELDS, _NEEDED, _AMBIGUOUS)


def read_films(path: Path, mapping: Mapping[str, str]) -> Films:
    problems: list[Problem] = []
    return Films(list(read_rows(path, _Reader(columns_of(path, mapping)).film, problems)), problems)


class _Reader:
    """Knows which ids it has met."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = columns
        self._places: dict[SourceId, str] = {}

    def film(self, row: Row) -> MovieRecord:
        cells = {field: row.cells[column] for field, column in self._columns.items()}
        try:
            return self._new(_film(Row(row.place, dict.fromkeys(FIELDS, "") | cells)))
        except BadCell as error:
            raise BadCell(self._columns.get(error.column, error.column), error.value, error.reason) from None

    def _new(self, film: MovieRecord) -> MovieRecord:
        for one in film.ids:
            if one in self._places:
                raise BadCell("title", film.title, f"is {one}, as the one in {self._places[one]} is already")
        self._places |= dict.fromkeys(film.ids, film.place)
        return film


def _film(row: Row) -> MovieRecord:
    title, day, year = row.required("title"), row.day("release_date"), _year(row)
    kind = _kind(row)
    return MovieRecord(
        place=row.place,
        ids=_ids(row, kind) or [_by_title(kind, title, day.year if day else year)],
        title=title,
        kind=kind,
        original_title=row.text("original_title"),
        tagline=row.text("tagline"),
        overview=row.text("overview"),
        homepage=row.text("homepage"),
        release_date=day,
        release_year=None if day else year,
        runtime=row.whole("runtime") or None,
        original_language=row.text("original_language"),
        countries=_several(row, "countries"),
        keywords=_several(row, "keywords"),
        genres=_named(row, "genres"),
        cast=[CastRecord(person, "") for person in _named(row, "cast")],
        crew=[CrewRecord(person, "Directing", "Director") for person in _named(row, "directors")],
    )


def _year(row: Row) -> int | None:
    year = row.whole("year")
    if year is not None and year not in _YEARS:
        raise BadCell("year", row.text("year"), f"is no year from {_YEARS.start} to {_YEARS.stop - 1}")
    return year


def _kind(row: Row) -> str:
    word = row.text("kind").casefold()
    if word not in _KINDS:
        raise BadCell("kind", row.text("kind"), "is neither movie nor show")
    return _KINDS[word]


def _ids(row: Row, kind: str) -> list[SourceId]:
    ids = []
    if imdb := row.text("imdb_id"):
        if not spelled(imdb):
            raise BadCell("imdb_id", imdb, "is no id of IMDb, such as tt0113277")
        ids.append(SourceId("imdb", spelled(imdb)))
    if tmdb := row.whole("tmdb_id"):
        ids.append(SourceId("tmdb-tv" if kind == "show" else "tmdb", str(tmdb)))
    if own := row.text("id"):
        if len(own) > _LONGEST_ID:
            raise BadCell("id", own, f"is longer than {_LONGEST_ID} characters")
        ids.append(SourceId(SOURCE, own))
    return ids


def _by_title(kind: str, title: str, year: int | None) -> SourceId:
    """What a film goes by that has no id: so the same row is the same film in the next file."""
    return SourceId(SOURCE, f"{kind} {_key(title)} {year or ''}".strip())


def _several(row: Row, column: str) -> list[str]:
    text = row.text(column)
    separator = next((one for one in _SEPARATORS if one in text), _SEPARATORS[0])
    return list(dict.fromkeys(filter(None, (name.strip() for name in text.split(separator)))))


def _named(row: Row, column: str) -> list[NamedRecord]:
    return [NamedRecord(SourceId(SOURCE, _key(name)), name) for name in _several(row, column)]


def _key(name: str) -> str:
    """Alike for names that differ in case and spaces alone."""
    return " ".join(name.casefold().split())[:_LONGEST_ID]
