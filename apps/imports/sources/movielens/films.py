"""movies.csv and links.csv: the films, and what IMDb and TMDB call them. And movies.dat of the old sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from apps.catalog.records import MovieRecord, NamedRecord, Problem, SourceId
from apps.imports.sources.movielens.genome import keywords
from apps.imports.sources.movielens.titles import title_of
from apps.imports.sources.tables import BadCell, Row, read_rows

SOURCE = "movielens"
_NO_GENRES = "(no genres listed)"
# Where the set means what TMDB means, TMDB's name is taken.
_GENRES = {"Sci-Fi": "Science Fiction", "Children": "Family", "Children's": "Family", "Musical": "Music"}


@dataclass(frozen=True)
class Films:
    movies: list[MovieRecord]
    problems: list[Problem]


def read_films(files: dict[str, Path]) -> Films:
    """The films, each with the ids that the links tell and the words of the genome, where these are there."""
    problems: list[Problem] = []
    links = _links(files["links"], problems) if "links" in files else {}
    films = {film.ids[0].value: film for film in read_rows(files["movies"], _Reader().film, problems)}
    for movie_id, ids in links.items():
        if film := films.get(movie_id):
            film.ids += ids
    for movie_id, words in keywords(files, problems).items():
        if film := films.get(movie_id):
            film.keywords = words
    return Films(list(films.values()), problems)


class _Reader:
    """Knows which ids it has met."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def film(self, row: Row) -> MovieRecord:
        number = _id(row)
        if number in self._places:
            raise BadCell("movieId", number, f"stands already in {self._places[number]}")
        told = title_of(row.required("title"))
        self._places[number] = row.place
        return MovieRecord(
            place=row.place,
            ids=[SourceId(SOURCE, number)],
            title=told.title,
            release_year=told.year,
            alternative_titles=[{"title": other, "country": "", "type": ""} for other in told.others],
            genres=list(_genres(row)),
        )


def _id(row: Row) -> str:
    number = row.whole("movieId")
    if not number:
        raise BadCell("movieId", row.text("movieId"), "is no id: a whole number from 1 on")
    return str(number)


def _genres(row: Row) -> Iterator[NamedRecord]:
    for word in dict.fromkeys(row.text("genres").split("|")):
        if word.strip() and word != _NO_GENRES:
            yield NamedRecord(SourceId(SOURCE, word.strip().lower()), _GENRES.get(word.strip(), word.strip()))


def _links(path: Path, problems: list[Problem]) -> dict[str, list[SourceId]]:
    """{film: what others call it}. Of an id that two films have, the later one goes without."""
    places: dict[SourceId, str] = {}

    def read(row: Row) -> tuple[str, list[SourceId]]:
        ids = []
        for source_id, column in _ids(row):
            if source_id in places:
                reason = f"is another film's already, in {places[source_id]}"
                problems.append(Problem(row.place, column, source_id.value, reason, row_is_used=True))
            else:
                places[source_id] = row.place
                ids.append(source_id)
        return _id(row), ids

    return dict(read_rows(path, read, problems))


def _ids(row: Row) -> Iterator[tuple[SourceId, str]]:
    if imdb := row.whole("imdbId"):
        yield SourceId("imdb", f"tt{imdb:07}"), "imdbId"
    if tmdb := row.whole("tmdbId"):
        yield SourceId("tmdb", str(tmdb)), "tmdbId"
