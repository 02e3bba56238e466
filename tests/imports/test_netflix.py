"""Titles and credits of the Netflix data set, and which file is which."""

from pathlib import Path

import pytest

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, SourceId
from apps.imports.sources import netflix
from apps.imports.sources.tables import SourceError
from tests.imports.netflix_files import (
    BEST_MOVIE,
    BEST_SHOW,
    COUNTRIES,
    DE_NIRO,
    GENRES,
    MOVIE_OF_THE_YEAR,
    OUR_PLANET,
    TAXI_DRIVER,
    Cells,
    normalised,
    title,
    written,
)


def read(folder: Path, titles: list[Cells], parts: list[Cells] | None = None) -> netflix.Netflix:
    paths = [written(folder / "one.csv", titles)]
    if parts:
        paths.append(written(folder / "two.csv", parts))
    return netflix.read(paths)


def read_one(folder: Path, **cells: str) -> tuple[MovieRecord, list[str]]:
    found = read(folder, [TAXI_DRIVER | cells])
    return found.movies[0], [str(problem) for problem in found.problems]


def refused(*paths: Path) -> str:
    with pytest.raises(SourceError) as error:
        netflix.read(paths)
    return str(error.value)


# --- Titles ---------------------------------------------------------------------------------------


def test_a_film_is_read_with_everything_about_it(tmp_path):
    film, problems = read_one(tmp_path)
    assert problems == []
    assert film == MovieRecord(
        place="one.csv, line 2",
        ids=[SourceId("netflix", "tm84618"), SourceId("imdb", "tt0075314")],
        title="Taxi Driver",
        kind="movie",
        release_year=1976,
        runtime=113,
        releases=[{"country": "US", "type": "", "date": None, "certification": "R", "note": ""}],
        source_scores=[{"source": "imdb", "value": 8.3, "votes": 795222}],
        genres=[
            NamedRecord(SourceId("netflix", "crime"), "Crime"),
            NamedRecord(SourceId("netflix", "drama"), "Drama"),
        ],
        countries=["US"],
    )


def test_a_show_is_read_with_its_seasons_and_without_what_is_not_known(tmp_path):
    (show,) = read(tmp_path, [OUR_PLANET]).movies
    assert show == MovieRecord(
        place="one.csv, line 2",
        ids=[SourceId("netflix", "ts85398")],
        title="Our Planet",
        kind="show",
        release_year=2019,
        runtime=50,
        season_count=1,
        genres=[NamedRecord(SourceId("netflix", "documentation"), "Documentary")],
        countries=["GB"],
    )


def test_what_is_zero_is_unknown(tmp_path):
    film, _ = read_one(tmp_path, runtime="0", seasons="0.0", imdb_score="0")
    assert (film.runtime, film.season_count, film.source_scores) == (None, None, [])


def test_a_score_may_come_without_votes(tmp_path):
    film, _ = read_one(tmp_path, imdb_votes="")
    assert film.source_scores == [{"source": "imdb", "value": 8.3, "votes": None}]


def test_genres_have_the_names_that_tmdb_has_for_them(tmp_path):
    film, _ = read_one(tmp_path, genres="['documentation', 'scifi', 'european', 'Scifi', 'talk show', '']")
    assert [genre.name for genre in film.genres] == ["Documentary", "Science Fiction", "European", "Talk Show"]


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ("['Lebanon', 'LB', 'lb']", ["LB"]),
        ("['USA', 'UK', 'south  korea', 'Cote d’Ivoire']", ["US", "GB", "KR", "CI"]),
        ("['Côte d\\'Ivoire', 'Czech Republic', 'Turkey', 'São Tomé and Príncipe']", ["CI", "CZ", "TR", "ST"]),
    ],
)
def test_countries_are_known_by_their_codes_and_by_names_that_can_mean_only_one(tmp_path, names, codes):
    assert read_one(tmp_path, production_countries=names)[0].countries == codes


@pytest.mark.parametrize("name", ["XX", "Korea", "Congo", "Atlantis", "U"])
def test_what_is_not_a_country_is_reported_and_the_title_is_read_without_it(tmp_path, name):
    film, problems = read_one(tmp_path, production_countries=f"['{name}', 'FR']")
    assert film.countries == ["FR"]
    reason = "is not a country of ISO 3166-1; the row is used without it"
    assert problems == [f"one.csv, line 2, column production_countries: '{name}' {reason}"]


@pytest.mark.parametrize("name", ["1-Oct", "22-Jul"])
def test_a_title_that_a_spreadsheet_has_spoiled_is_not_stored(tmp_path, name):
    found = read(tmp_path, [TAXI_DRIVER | {"title": name}])
    reason = "is a date that a spreadsheet has made of the title: take it from the original file"
    assert (found.movies, [str(problem) for problem in found.problems]) == (
        [],
        [f"one.csv, line 2, column title: '{name}' {reason}"],
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"title": " "}, "column title: '' is empty"),
        ({"id": ""}, "column id: '' is empty"),
        ({"id": "tm2"}, "column id: 'tm2' stands already in one.csv, line 2"),
        ({"imdb_id": "tt1"}, "column imdb_id: 'tt1' stands already in one.csv, line 2"),
        ({"imdb_id": "75314"}, "column imdb_id: '75314' is not an id such as tt0075314"),
        ({"type": "GAME"}, "column type: 'GAME' is neither MOVIE nor SHOW"),
        ({"release_year": "76"}, "column release_year: '76' is not a year from 1870 to 2100"),
        ({"release_year": "1e300"}, "column release_year: '1e300' is not a year from 1870 to 2100"),
        ({"runtime": "long"}, "column runtime: 'long' is not a number"),
        ({"seasons": "1.5"}, "column seasons: '1.5' is not a whole number"),
        ({"imdb_score": "11"}, "column imdb_score: '11' is more than 10"),
        ({"imdb_votes": "-1"}, "column imdb_votes: '-1' is negative"),
        ({"genres": "drama"}, "column genres: 'drama' is not a list of texts such as ['crime', 'drama']"),
        ({"production_countries": "[['US']]"}, "column production_countries: \"[['US']]\" is not a list of texts"),
    ],
)
def test_a_row_that_cannot_be_used_is_reported_and_the_others_are_read(tmp_path, cells, message):
    found = read(tmp_path, [title("tm2", "Thief", imdb_id="tt1"), title("tm3", "Heat") | cells, title("tm4", "Ali")])
    (problem,) = found.problems
    assert str(problem).startswith(f"one.csv, line 3, {message}")
    assert [movie.title for movie in found.movies] == ["Thief", "Ali"]


def test_an_id_of_a_row_that_cannot_be_used_may_come_again(tmp_path):
    found = read(tmp_path, [TAXI_DRIVER | {"title": ""}, TAXI_DRIVER])
    assert ([movie.title for movie in found.movies], len(found.problems)) == (["Taxi Driver"], 1)


# --- Credits --------------------------------------------------------------------------------------


def test_actors_are_the_cast_and_directors_the_crew_in_the_order_of_the_file(tmp_path):
    scorsese = {"person_id": "3308", "name": "Martin Scorsese", "character": "", "role": "DIRECTOR"}
    foster = {"person_id": "14658.0", "name": " Jodie Foster", "character": "True"}
    extra = {"person_id": "7", "name": "Somebody", "character": ""}
    found = read(tmp_path, [TAXI_DRIVER], [DE_NIRO | foster, DE_NIRO | scorsese, DE_NIRO | extra, DE_NIRO])
    (film,) = found.movies
    assert film.cast == [
        CastRecord(NamedRecord(SourceId("netflix", "14658"), "Jodie Foster"), "True"),
        CastRecord(NamedRecord(SourceId("netflix", "7"), "Somebody"), ""),
        CastRecord(NamedRecord(SourceId("netflix", "3748"), "Robert De Niro"), "Travis Bickle"),
    ]
    assert film.crew == [
        CrewRecord(NamedRecord(SourceId("netflix", "3308"), "Martin Scorsese"), "Directing", "Director")
    ]
    assert (found.problems, found.merged_credits, found.credits_of_unknown_titles) == ([], 0, 0)


def test_an_actor_of_several_parts_stands_once_with_all_of_them(tmp_path):
    parts = ["Mai", "", "Mai", "Travis", "Mai / Travis", "MAI"]
    found = read(tmp_path, [TAXI_DRIVER], [DE_NIRO | {"character": part} for part in parts])
    assert [entry.character for entry in found.movies[0].cast] == ["Mai / Travis / Mai / Travis / MAI"]
    assert found.merged_credits == 5


def test_who_acts_and_directs_stands_in_both(tmp_path):
    found = read(tmp_path, [TAXI_DRIVER], [DE_NIRO, DE_NIRO | {"role": "DIRECTOR"}])
    assert (len(found.movies[0].cast), len(found.movies[0].crew), found.merged_credits) == (1, 1, 0)


def test_credits_of_titles_that_are_not_there_are_counted(tmp_path):
    found = read(tmp_path, [TAXI_DRIVER], [DE_NIRO | {"id": "tm0"}, DE_NIRO | {"id": "tm1"}])
    assert (found.credits_of_unknown_titles, found.movies[0].cast, found.problems) == (2, [], [])


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"person_id": ""}, "column person_id: '' is not an id"),
        ({"person_id": "0"}, "column person_id: '0' is not an id"),
        ({"person_id": "nm1"}, "column person_id: 'nm1' is not a number"),
        ({"id": " "}, "column id: '' is empty"),
        ({"name": ""}, "column name: '' is empty"),
        ({"role": "GRIP"}, "column role: 'GRIP' is neither ACTOR nor DIRECTOR"),
    ],
)
def test_a_credit_that_cannot_be_used_is_reported_and_the_others_are_read(tmp_path, cells, message):
    found = read(tmp_path, [TAXI_DRIVER], [DE_NIRO | cells, DE_NIRO])
    assert [str(problem) for problem in found.problems] == [f"two.csv, line 2, {message}"]
    assert len(found.movies[0].cast) == 1


# --- Which file is which --------------------------------------------------------------------------


def test_a_folder_gives_its_own_files_and_its_normalised_ones_but_no_variants(tmp_path):
    written(tmp_path / "b.csv", [TAXI_DRIVER])
    written(tmp_path / "a.tsv", [BEST_MOVIE], separator="\t")
    written(tmp_path / "normalized" / "shows.csv", [normalised(BEST_SHOW, "1.0", "1.0")])
    written(tmp_path / "normalized" / "genres.csv", GENRES)
    written(tmp_path / "normalized" / "countries.csv", COUNTRIES)
    written(tmp_path / "variants" / "b.csv", [TAXI_DRIVER])
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating\n")
    (tmp_path / "._b.csv").write_bytes(b"\0\5\x16\7\xff")
    (tmp_path / "notes.txt").write_text("index,id,title\n")
    found = netflix.read([tmp_path])
    assert [movie.title for movie in found.movies] == ["Taxi Driver", "Our Planet"]
    assert [one.slug for one in found.lists] == ["best-movies-on-netflix", "best-shows-on-netflix"]


def test_a_file_may_be_given_twice_but_a_table_may_not_be_in_two_files(tmp_path):
    path, copy = written(tmp_path / "a.csv", [TAXI_DRIVER]), written(tmp_path / "variants" / "a.csv", [TAXI_DRIVER])
    assert len(netflix.read([path, tmp_path, path]).movies) == 1
    assert refused(path, copy) == f"{path} and {copy} are both tables of titles: give one of each."


def test_columns_may_come_in_any_order_without_numbers_of_rows_and_with_others_between(tmp_path):
    moved = {"note": "", **dict(reversed(TAXI_DRIVER.items()))}
    del moved["index"]
    (film,) = read(tmp_path, [moved]).movies
    assert (film.title, film.runtime) == ("Taxi Driver", 113)


def test_credits_without_titles_are_refused(tmp_path):
    path = written(tmp_path / "a.csv", [DE_NIRO])
    assert refused(path) == f"{path} cannot be read without the table of titles, missing in what was given ({path})."


def test_normalised_lists_without_their_names_are_refused(tmp_path):
    best = written(tmp_path / "a.csv", [normalised(BEST_MOVIE, "1", "1")])
    without = f"{best} cannot be read without"
    assert refused(best).startswith(f"{without} the table of genres and the table of countries, missing in what")
    genres = written(tmp_path / "genres.csv", GENRES)
    assert refused(best, genres).startswith(f"{without} the table of countries, missing in what was given ({best}, ")


def test_what_has_no_titles_is_refused(tmp_path):
    message = f"There are no titles of the Netflix data set in what was given ({tmp_path})."
    assert refused(tmp_path) == message
    written(tmp_path / "genres.csv", GENRES)
    assert refused(tmp_path) == message


@pytest.mark.parametrize(
    ("row", "column", "table"),
    [
        (TAXI_DRIVER, "imdb_votes", "titles"),
        (DE_NIRO, "character", "credits"),
        (BEST_MOVIE, "NUMBER_OF_VOTES", "best movies"),
        (BEST_SHOW, "NUMBER_OF_VOTES", "best shows"),
        (BEST_SHOW, "DURATION", "best shows"),
        (MOVIE_OF_THE_YEAR, "MAIN_PRODUCTION", "best movie by year"),
        (normalised(BEST_SHOW, "1", "1"), "genre_id", "normalised best shows"),
    ],
)
def test_a_missing_column_is_named(tmp_path, row, column, table):
    path = written(tmp_path / "a.csv", [{name: cell for name, cell in row.items() if name != column}])
    assert refused(path) == f"{path}, the table of {table}, lacks the column {column}."


def test_another_table_is_refused(tmp_path):
    path = written(tmp_path / "a.csv", [{"userId": "1", "movieId": "2"}])
    assert refused(path) == f"{path} is no table of the Netflix data set: its header is ['userId', 'movieId']."


def test_a_missing_file_is_named(tmp_path):
    assert refused(tmp_path / "no.csv") == f"{tmp_path / 'no.csv'} cannot be read: No such file or directory."
