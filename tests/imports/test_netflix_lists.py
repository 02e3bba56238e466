"""The lists of the Netflix data set, as Best files and normalised tables tell of them."""

from pathlib import Path

import pytest

from apps.catalog.records import EntryRecord, MovieRecord, NamedRecord, SourceId
from apps.imports.sources import netflix
from tests.imports.netflix_files import (
    BEST_MOVIE,
    BEST_SHOW,
    COUNTRIES,
    GENRES,
    MOVIE_OF_THE_YEAR,
    OUR_PLANET,
    SHOW_OF_THE_YEAR,
    TAXI_DRIVER,
    Cells,
    normalised,
    title,
    written,
)


def read(folder: Path, *tables: list[Cells]) -> netflix.Netflix:
    """Of tables that are called a.csv, b.csv …"""
    return netflix.read([written(folder / f"{chr(97 + n)}.csv", rows) for n, rows in enumerate(tables)])


def problems(found: netflix.Netflix) -> list[str]:
    return [str(problem) for problem in found.problems]


DRAMA = NamedRecord(SourceId("netflix", "drama"), "Drama")
HEAT = {"TITLE": "Heat", "RELEASE_YEAR": "1995"}


def test_a_list_alone_makes_its_titles(tmp_path):
    found = read(tmp_path, [BEST_MOVIE])
    film = MovieRecord(
        place="a.csv, line 2",
        ids=[SourceId("netflix-best", "movie:taxi driver:1976")],
        title="Taxi Driver",
        kind="movie",
        release_year=1976,
        runtime=113,
        countries=["US"],
        main_country="US",
        source_scores=[{"source": "netflix", "value": 8.3, "votes": 795222}],
        genres=[DRAMA],
        main_genre=DRAMA,
    )
    assert (found.movies, found.problems, found.titles_of_lists_alone) == ([film], [], 1)
    (best,) = found.lists
    assert (best.place, best.slug, best.name) == ("a.csv", "best-movies-on-netflix", "Best Movies on Netflix")
    assert best.description
    assert best.entries == [EntryRecord(film, rank=1)]


def test_ranks_follow_the_order_of_the_file(tmp_path):
    (best,) = read(tmp_path, [BEST_SHOW | HEAT, BEST_SHOW, BEST_SHOW | {"TITLE": "Fargo"}]).lists
    assert best.slug == "best-shows-on-netflix"
    assert [(entry.movie.title, entry.rank, entry.year) for entry in best.entries] == [
        ("Heat", 1, None),
        ("Our Planet", 2, None),
        ("Fargo", 3, None),
    ]


@pytest.mark.parametrize(
    ("row", "slug"),
    [(MOVIE_OF_THE_YEAR, "best-movie-by-year-on-netflix"), (SHOW_OF_THE_YEAR, "best-show-by-year-on-netflix")],
)
def test_a_list_by_year_has_a_first_place_in_every_year(tmp_path, row, slug):
    (best,) = read(tmp_path, [row | HEAT, row | {"RELEASE_YEAR": "1988"}, row | HEAT | {"TITLE": "Seven"}]).lists
    assert best.slug == slug
    assert [(entry.rank, entry.year) for entry in best.entries] == [(1, 1995), (1, 1988), (2, 1995)]


def test_the_title_that_a_list_means_is_found_and_completed(tmp_path):
    raw = [TAXI_DRIVER | {"runtime": "0", "genres": "['crime']", "production_countries": "[]"}, OUR_PLANET]
    found = read(tmp_path, raw, [BEST_MOVIE | {"TITLE": " TAXI  Drïver"}], [BEST_SHOW])
    film, show = found.movies
    assert (found.problems, found.titles_of_lists_alone) == ([], 0)
    assert film.ids[0] == SourceId("netflix", "tm84618")
    assert [one.entries[0].movie is movie for one, movie in zip(found.lists, found.movies, strict=True)] == [True, True]
    assert (film.title, film.runtime, film.main_genre, film.main_country) == ("Taxi Driver", 113, DRAMA, "US")
    assert ([genre.name for genre in film.genres], film.countries) == (["Crime", "Drama"], ["US"])
    assert [score["source"] for score in film.source_scores] == ["imdb", "netflix"]
    assert [show.main_genre] == show.genres  # `documentary` is what the titles call `documentation`


def test_what_the_titles_know_themselves_stays(tmp_path):
    best = BEST_SHOW | {"DURATION": "99", "NUMBER_OF_SEASONS": "9"}
    (show,) = read(tmp_path, [OUR_PLANET], [best]).movies
    assert (show.runtime, show.season_count) == (50, 1)


@pytest.mark.parametrize(
    "raw",
    [
        [TAXI_DRIVER | {"release_year": "1977"}],
        [TAXI_DRIVER | {"type": "SHOW"}],
        [TAXI_DRIVER | {"title": "Taxi Drivers"}],
        [TAXI_DRIVER, title("tm1", "Taxi driver")],
    ],
    ids=["year", "kind", "title", "two of them"],
)
def test_where_no_one_title_can_be_meant_the_list_makes_its_own(tmp_path, raw):
    found = read(tmp_path, raw, [BEST_MOVIE], [MOVIE_OF_THE_YEAR])
    assert found.titles_of_lists_alone == 1
    assert found.movies[-1].ids == [SourceId("netflix-best", "movie:taxi driver:1976")]
    assert all(one.entries[0].movie is found.movies[-1] for one in found.lists)


def test_a_title_that_no_list_names_has_no_main_genre_and_country(tmp_path):
    (film,) = read(tmp_path, [TAXI_DRIVER]).movies
    assert (film.main_genre, film.main_country) == (None, "")


def test_a_score_with_votes_is_preferred_and_one_that_differs_is_reported(tmp_path):
    found = read(tmp_path, [MOVIE_OF_THE_YEAR | {"SCORE": "8.1"}], [BEST_MOVIE])
    assert found.movies[0].source_scores == [{"source": "netflix", "value": 8.3, "votes": 795222}]
    reason = "differs from the 8.3 told elsewhere; the row is used without it"
    assert problems(found) == [f"a.csv, line 2, column SCORE: '8.1' {reason}"]


def test_the_first_of_two_scores_without_votes_is_taken(tmp_path):
    found = read(tmp_path, [BEST_MOVIE | {"NUMBER_OF_VOTES": ""}], [MOVIE_OF_THE_YEAR | {"SCORE": "8.1"}])
    assert found.movies[0].source_scores == [{"source": "netflix", "value": 8.3, "votes": None}]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"TITLE": ""}, "column TITLE: '' is empty"),
        ({"RELEASE_YEAR": ""}, "column RELEASE_YEAR: '' is empty"),
        ({"RELEASE_YEAR": "3000"}, "column RELEASE_YEAR: '3000' is not a year from 1870 to 2100"),
        ({"SCORE": "83"}, "column SCORE: '83' is more than 10"),
        ({"NUMBER_OF_VOTES": "many"}, "column NUMBER_OF_VOTES: 'many' is not a number"),
        (
            {"TITLE": "TAXI driver", "RELEASE_YEAR": "1976"},
            "column TITLE: 'TAXI driver' stands already in a.csv, line 2",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_reported_and_the_others_are_ranked(tmp_path, cells, message):
    rows = [BEST_MOVIE, BEST_MOVIE | HEAT | cells, BEST_MOVIE | {"TITLE": "Thief"}]
    found = read(tmp_path, rows)
    assert problems(found) == [f"a.csv, line 3, {message}"]
    assert [(entry.movie.title, entry.rank) for entry in found.lists[0].entries] == [("Taxi Driver", 1), ("Thief", 2)]
    assert len(found.movies) == 2


def test_a_country_that_is_none_is_reported_and_its_row_is_read(tmp_path):
    found = read(tmp_path, [BEST_MOVIE | {"MAIN_PRODUCTION": "XX"}])
    assert problems(found) == [
        "a.csv, line 2, column MAIN_PRODUCTION: 'XX' is not a country of ISO 3166-1; the row is used without it"
    ]
    assert (found.movies[0].main_country, found.movies[0].countries, len(found.lists[0].entries)) == ("", [], 1)


# --- Normalised tables ----------------------------------------------------------------------------


def test_a_normalised_list_alone_is_the_same_list(tmp_path):
    plain = read(tmp_path, [BEST_MOVIE])
    tables = read(tmp_path, [normalised(BEST_MOVIE, "2.0", "2")], GENRES, COUNTRIES)
    assert (tables.movies, tables.lists, tables.problems) == (plain.movies, plain.lists, [])


def test_empty_ids_leave_what_they_stand_for_unknown(tmp_path):
    found = read(tmp_path, [normalised(BEST_MOVIE, "", "")], GENRES, COUNTRIES)
    (film,) = found.movies
    assert (film.genres, film.main_genre, film.main_country, found.problems) == ([], None, "", [])


def test_ids_that_no_row_explains_are_reported_and_the_row_is_read(tmp_path):
    found = read(tmp_path, [normalised(BEST_MOVIE, "7", "2")], GENRES, COUNTRIES)
    reason = "is an id that no row explains; the row is used without it"
    assert problems(found) == [f"a.csv, line 2, column genre_id: '7' {reason}"]
    assert (found.movies[0].main_genre, found.movies[0].main_country) == (None, "US")


def test_faults_of_the_names_are_reported_where_they_stand(tmp_path):
    genres = [*GENRES, {"genre_name": "war", "id": "2"}, {"genre_name": "", "id": "3"}, {"genre_name": "war", "id": ""}]
    countries = [*COUNTRIES, {"country_name": "XX", "id": "3"}]
    found = read(tmp_path, [normalised(BEST_MOVIE, "2", "3")], genres, countries)
    assert problems(found) == [
        "b.csv, line 4, column id: '2' stands already above",
        "b.csv, line 5, column genre_name: '' is empty",
        "b.csv, line 6, column id: '' is not an id",
        "c.csv, line 4, column country_name: 'XX' is not a country of ISO 3166-1; the row is used without it",
    ]
    assert (found.movies[0].main_genre, found.movies[0].main_country) == (DRAMA, "")


def test_a_best_file_and_its_normalised_table_make_one_list(tmp_path):
    tables = [[normalised(BEST_MOVIE, "", ""), normalised(BEST_MOVIE | HEAT, "2", "1")], GENRES, COUNTRIES]
    plain = [BEST_MOVIE | HEAT | {"MAIN_PRODUCTION": ""}, BEST_MOVIE]
    found = read(tmp_path, *tables, plain)
    assert [one.place for one in found.lists] == ["d.csv"]
    assert [(entry.movie.title, entry.rank) for entry in found.lists[0].entries] == [("Heat", 1), ("Taxi Driver", 2)]
    assert [movie.main_country for movie in found.movies] == ["GB", "US"]  # each fills what the other leaves empty
    assert found.problems == []


def test_a_normalised_row_that_the_best_file_does_not_have_is_reported(tmp_path):
    found = read(tmp_path, [BEST_MOVIE], [normalised(BEST_MOVIE | HEAT, "1", "1")], GENRES, COUNTRIES)
    assert problems(found) == ["b.csv, line 2, column TITLE: 'Heat' is not in a.csv, which tells of the same list"]
    assert len(found.movies) == 1
