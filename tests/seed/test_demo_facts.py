"""The demo set's facts, held against the TMDB 5000 data set where both know a film."""

from functools import cache

import pytest

from apps.catalog.records import MovieRecord, SourceId
from apps.imports.sources import demo as source
from apps.imports.sources import tmdb5000
from seed import demo
from tests.imports.tmdb5000_files import MISSING, SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason=MISSING)


@cache
def theirs() -> dict[str, MovieRecord]:
    return {film.ids[0].value: film for film in tmdb5000.read([SHARED]).movies}


@cache
def pairs() -> list[tuple[MovieRecord, MovieRecord]]:
    films = source.read(demo.FOLDER).movies
    return [(film, theirs()[dict(film.ids)["tmdb"]]) for film in films if dict(film.ids)["tmdb"] in theirs()]


# Where the data set has the day of another country's release, a transliteration, or no US dollars.
CORRECTED = {
    ("release_date", title)
    for title in (
        *("12 Angry Men", "2001: A Space Odyssey", "Terminator 2: Judgment Day", "Schindler's List"),
        *("Pulp Fiction", "Toy Story", "The Matrix", "City of God", "Oldboy"),
        "The Lord of the Rings: The Return of the King",
    )
} | {
    ("original_title", "Waltz with Bashir"),
    ("budget", "Modern Times"),
    *((name, title) for name in ("budget", "revenue") for title in ("Metropolis", "Seven Samurai", "Akira")),
}


def different(name: str) -> set[tuple[str, str]]:
    return {(name, film.title) for film, known in pairs() if getattr(film, name) != getattr(known, name)}


def test_most_films_are_in_both():
    assert len(pairs()) > 40


@pytest.mark.parametrize(
    "name", ["title", "release_date", "runtime", "original_title", "original_language", "budget", "revenue"]
)
def test_plain_facts(name):
    assert different(name) == {pair for pair in CORRECTED if pair[0] == name}


def test_a_corrected_day_is_in_the_same_year_or_the_one_before():
    years = [(film.release_date.year, known.release_date.year) for film, known in pairs()]
    assert [pair for pair in years if not pair[1] - 1 <= pair[0] <= pair[1]] == []


def test_genres():
    for film, known in pairs():
        assert {genre.name for genre in film.genres} == {genre.name for genre in known.genres}, film.title


def test_directors():
    for film, known in pairs():
        assert director_ids(film) == director_ids(known), film.title


def director_ids(film: MovieRecord) -> set[SourceId]:
    return {entry.person.id for entry in film.crew if entry.job == "Director"}


@pytest.mark.parametrize("name", ["cast", "crew"])
def test_people_have_the_ids_they_have_there(name):
    for film, known in pairs():
        ids = {entry.person.id for entry in getattr(film, name) if entry.person.id.source == "tmdb"}
        assert ids <= {entry.person.id for entry in getattr(known, name)}, film.title
