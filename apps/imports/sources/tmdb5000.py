"""The TMDB 5000 data set: a table of films and one of their credits, with JSON inside its cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, Problem, SourceId
from apps.imports.sources import files
from apps.imports.sources.tables import BadCell, Row, SourceError, rows_of

COLUMNS = {
    "movies": (
        *("id", "title", "original_title", "original_language", "overview", "release_date", "runtime"),
        *("genres", "keywords", "production_countries", "spoken_languages"),
        *("budget", "revenue", "popularity", "vote_average", "vote_count"),
        *("tagline", "status", "homepage", "production_companies"),
    ),
    "credits": ("movie_id", "title", "cast", "crew"),
}
_TMDB5000 = files.DataSet("TMDB 5000", COLUMNS)


@dataclass
class Tmdb5000:
    """What the two files hold, and which of their rows cannot be used."""

    movies: list[MovieRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    credits_without_movie: int = 0


def read(paths: Sequence[Path]) -> Tmdb5000:
    """Read both files, given themselves or by their folder. SourceError if they are not what they should be."""
    tables = recognised(paths)
    found = Tmdb5000()
    credit_rows = _by_id(rows_of(tables["credits"]), "movie_id", found.problems)
    for tmdb_id, row in _by_id(rows_of(tables["movies"]), "id", found.problems).items():
        credit_row = credit_rows.pop(tmdb_id, None)
        try:
            found.movies.append(_movie(tmdb_id, row, credit_row))
        except _BadRow as error:
            found.problems.append(error.problem)
    found.credits_without_movie = len(credit_rows)
    return found


def recognised(paths: Sequence[Path]) -> dict[str, Path]:
    """The file of each table. SourceError unless both are there."""
    found = files.recognised(_TMDB5000, paths)
    for table in COLUMNS:
        if table not in found:
            given = ", ".join(map(str, paths))
            raise SourceError(f"The table of {table} is missing in what was given ({given}): both files are needed.")
    return found


# --- Rows -----------------------------------------------------------------------------------------


class _BadRow(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem)


def _by_id(rows: Iterable[Row | Problem], column: str, problems: list[Problem]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        try:
            found[_new_id(row, column, found)] = row
        except BadCell as error:
            problems.append(row.problem(error))
    return found


def _new_id(row: Row, column: str, found: dict[int, Row]) -> int:
    number = row.whole(column)
    if not number:
        raise BadCell(column, row.text(column), "is not an id")
    if number in found:
        raise BadCell(column, row.text(column), f"stands already in {found[number].place}")
    return number


def _movie(tmdb_id: int, row: Row, credit_row: Row | None) -> MovieRecord:
    movie = _checked(row, lambda: _facts(tmdb_id, row))
    if credit_row:
        movie.cast = _checked(credit_row, lambda: _cast(credit_row))
        movie.crew = _checked(credit_row, lambda: _crew(credit_row))
    return movie


def _checked(row: Row, read_cells: Any) -> Any:
    try:
        return read_cells()
    except BadCell as error:
        raise _BadRow(row.problem(error)) from None


def _facts(tmdb_id: int, row: Row) -> MovieRecord:
    return MovieRecord(
        place=row.place,
        ids=[SourceId("tmdb", str(tmdb_id))],
        title=row.required("title"),
        original_title=row.text("original_title"),
        tagline=row.text("tagline"),
        status=row.text("status").lower().replace(" ", "_"),
        homepage=row.text("homepage").partition(" ")[0],  # some name two
        overview=row.text("overview"),
        release_date=row.day("release_date"),
        runtime=row.whole("runtime") or None,
        original_language=row.text("original_language"),
        countries=_texts(row, "production_countries", "iso_3166_1"),
        languages=_texts(row, "spoken_languages", "iso_639_1"),
        keywords=_texts(row, "keywords", "name"),
        budget=row.whole("budget") or None,
        revenue=row.whole("revenue") or None,
        popularity=row.number("popularity") or 0,
        source_scores=_scores(row),
        genres=[_named(row, "genres", item) for item in row.objects("genres")],
        companies=[_named(row, "production_companies", item) for item in row.objects("production_companies")],
    )


def _scores(row: Row) -> list[dict[str, Any]]:
    value, votes = row.score("vote_average"), row.whole("vote_count")
    return [{"source": "tmdb", "value": value, "votes": votes}] if value and votes else []


def _texts(row: Row, column: str, key: str) -> list[str]:
    texts = (_text(row, column, item, key) for item in row.objects(column))
    return list(dict.fromkeys(text for text in texts if text))


def _cast(row: Row) -> list[CastRecord]:
    """In billing order, as the film's poster would have it."""
    entries = sorted(row.objects("cast"), key=lambda item: _order(row, item))
    return [CastRecord(_named(row, "cast", item), _text(row, "cast", item, "character")) for item in entries]


def _order(row: Row, item: dict[str, Any]) -> int:
    order = item.get("order", 0)
    if not isinstance(order, int):
        raise BadCell("cast", str(order), "is no place in the billing order")
    return order


def _crew(row: Row) -> list[CrewRecord]:
    return [
        CrewRecord(_named(row, "crew", item), _text(row, "crew", item, "department"), _text(row, "crew", item, "job"))
        for item in row.objects("crew")
    ]


def _named(row: Row, column: str, item: dict[str, Any]) -> NamedRecord:
    number, name = item.get("id"), _text(row, column, item, "name")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise BadCell(column, str(item), "has no usable id")
    if not name:
        raise BadCell(column, str(item), "has no name")
    return NamedRecord(SourceId("tmdb", str(number)), name)


def _text(row: Row, column: str, item: dict[str, Any], key: str) -> str:
    text = item.get(key)
    if not isinstance(text, str):
        raise BadCell(column, str(item), f"has no text {key!r}")
    return text.strip()
