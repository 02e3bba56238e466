"""The demo set's facts, held against the real data sets where they know a title as well."""

import csv
from collections import Counter
from functools import cache

import pytest

from apps.catalog.records import MovieRecord, SourceId
from movieverse.text import fold
from tests.imports.movielens_files import SHARED as MOVIELENS
from tests.seed.real import demo, needs_movielens, needs_netflix, needs_tmdb5000, netflix, tmdb5000

Pairs = list[tuple[MovieRecord, MovieRecord]]


def id_of(movie: MovieRecord, source: str) -> str:
    return dict(movie.ids).get(source, "")


@cache
def pairs() -> Pairs:
    """Ours, and what TMDB 5000 says of the same film."""
    theirs = {film.ids[0].value: film for film in tmdb5000().movies}
    return [(film, theirs[id_of(film, "tmdb")]) for film in demo().movies if id_of(film, "tmdb") in theirs]


# --- TMDB 5000 ------------------------------------------------------------------------------------

# Where the data set has the day of another country's release, a transliteration, or no US dollars.
CORRECTED = {
    "release_date": {
        *("12 Angry Men", "2001: A Space Odyssey", "E.T. the Extra-Terrestrial", "Toy Story", "Toy Story 2"),
        *("City of God", "Oldboy", "The Lord of the Rings: The Return of the King"),
    },
    "original_title": {"Waltz with Bashir"},
    "budget": {"Modern Times", "Metropolis"},
}


@needs_tmdb5000
@pytest.mark.parametrize(
    "fact", ["title", "release_date", "runtime", "original_title", "original_language", "budget", "revenue", "status"]
)
def test_plain_facts(fact):
    assert len(pairs()) > 150
    differ = {film.title for film, known in pairs() if getattr(film, fact) != getattr(known, fact)}
    assert differ == CORRECTED.get(fact, set())


@needs_tmdb5000
def test_a_corrected_day_is_in_the_same_year_or_the_one_before():
    years = [(film.release_date.year, known.release_date.year) for film, known in pairs()]
    assert [pair for pair in years if not pair[1] - 1 <= pair[0] <= pair[1]] == []


@needs_tmdb5000
def test_genres():
    differ = [film.title for film, known in pairs() if names(film.genres) != names(known.genres)]
    assert differ == []


def names(named) -> set[str]:
    return {one.name for one in named}


@needs_tmdb5000
def test_directors():
    assert [film.title for film, known in pairs() if not director_ids(film) <= director_ids(known)] == []
    assert [film.title for film, known in pairs() if not director_ids(film)] == []


def director_ids(film: MovieRecord) -> set[SourceId]:
    return {entry.person.id for entry in film.crew if entry.job == "Director"}


@needs_tmdb5000
def test_people_have_the_ids_they_have_there_though_their_names_may_be_spelled_otherwise():
    for film, known in pairs():
        assert {one for one in people(film) if one.source == "tmdb"} <= people(known), film.title


def people(film: MovieRecord) -> set[SourceId]:
    return {entry.person.id for entry in (*film.cast, *film.crew)}


@needs_tmdb5000
def test_overviews_are_our_own():
    theirs = {fold(film.overview)[:60] for film in tmdb5000().movies if film.overview}
    assert [film.title for film in demo().movies if fold(film.overview)[:60] in theirs] == []


# --- Netflix --------------------------------------------------------------------------------------


@needs_netflix
def test_titles_on_netflix_have_the_kind_and_the_year_they_have_there():
    theirs = {id_of(title, "imdb"): title for title in netflix().movies}
    known = [(title, theirs[id_of(title, "imdb")]) for title in demo().movies if id_of(title, "imdb") in theirs]
    assert len(known) >= 36
    assert [ours.title for ours, other in known if ours.kind != other.kind] == []
    assert [ours.title for ours, other in known if ours.release_date.year != other.release_year] == []


@needs_netflix
def test_titles_of_a_name_and_year_on_netflix_have_the_imdb_id_they_have_there():
    number = Counter(map(key_of, netflix().movies))
    theirs = {key_of(title): id_of(title, "imdb") for title in netflix().movies if number[key_of(title)] == 1}
    wrong = [
        title.title for title in demo().movies if theirs.get(key_of(title)) not in (None, "", id_of(title, "imdb"))
    ]
    assert wrong == []


def key_of(title: MovieRecord) -> tuple[str, str, int | None]:
    return title.kind, fold(title.title), title.release_date.year if title.release_date else title.release_year


# --- MovieLens ------------------------------------------------------------------------------------


@needs_movielens
def test_films_have_both_ids_of_the_same_film():
    with (MOVIELENS / "links.csv").open(encoding="utf-8", newline="") as file:
        imdb_of = {row["tmdbId"]: f"tt{row['imdbId']}" for row in csv.DictReader(file) if row["tmdbId"]}
    known = [(film, imdb_of[id_of(film, "tmdb")]) for film in demo().movies if id_of(film, "tmdb") in imdb_of]
    assert len(known) > 200
    assert [film.title for film, imdb_id in known if id_of(film, "imdb") != imdb_id] == []
    tmdb_of = {imdb_id: tmdb_id for tmdb_id, imdb_id in imdb_of.items()}
    assert [
        film.title
        for film in demo().movies
        if tmdb_of.get(id_of(film, "imdb"), id_of(film, "tmdb")) != id_of(film, "tmdb")
    ] == []
