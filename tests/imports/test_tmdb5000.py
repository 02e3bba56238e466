import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, SourceId
from apps.imports.sources import tmdb5000
from apps.imports.sources.tables import SourceError
from tests.imports.tmdb5000_files import CREDIT, MISSING, MOVIE, SHARED, credit, movie, written


def tmdb(value: int) -> SourceId:
    return SourceId("tmdb", str(value))


def problems(paths: list[Path]) -> list[str]:
    return [str(problem) for problem in tmdb5000.read(paths).problems]


def refused(paths: list[Path]) -> str:
    with pytest.raises(SourceError) as error:
        tmdb5000.read(paths)
    return str(error.value)


def test_a_film_is_read_with_everything_about_it(tmp_path):
    found = tmdb5000.read(written(tmp_path, [MOVIE | {"homepage": "https://heat.example/"}]))
    assert not found.problems
    people = [NamedRecord(tmdb(1158), "Al Pacino"), NamedRecord(tmdb(380), "Robert De Niro")]
    mann = NamedRecord(tmdb(638), "Michael Mann")
    assert found.movies == [
        MovieRecord(
            place="second.csv, line 2",
            ids=[tmdb(949)],
            title="Heat",
            original_title="Heat",
            tagline="A Los Angeles crime saga",
            overview="A thief, a policeman, Los Angeles.",
            status="released",
            release_date=date(1995, 12, 15),
            runtime=170,
            original_language="en",
            homepage="https://heat.example/",
            countries=["US"],
            languages=["en", "es"],
            keywords=["robbery", "detective"],
            budget=60_000_000,
            popularity=35.2,
            source_scores=[{"source": "tmdb", "value": 7.7, "votes": 1800}],
            genres=[NamedRecord(tmdb(80), "Crime"), NamedRecord(tmdb(18), "Drama")],
            companies=[NamedRecord(tmdb(508), "Regency Enterprises"), NamedRecord(tmdb(675), "Forward Pass")],
            cast=[CastRecord(people[0], "Lt. Vincent Hanna"), CastRecord(people[1], "Neil McCauley")],
            crew=[CrewRecord(mann, "Directing", "Director"), CrewRecord(mann, "Writing", "Screenplay")],
        )
    ]


def test_what_is_zero_or_empty_is_unknown(tmp_path):
    columns = ("runtime", "release_date", "budget", "vote_count", "popularity", "overview", "tagline", "status")
    empty = movie(1, "Empty", **dict.fromkeys(columns, ""), genres=[], production_companies=[])
    zero = movie(2, "Zero", runtime="0.0", budget="0", vote_count="0", popularity="0")
    for found in tmdb5000.read(written(tmp_path, [empty, zero])).movies:
        assert (found.runtime, found.budget, found.source_scores, found.popularity) == (None, None, [], 0)
    (found, _) = tmdb5000.read(written(tmp_path, [empty, zero])).movies
    assert (found.release_date, found.overview, found.tagline, found.status) == (None, "", "", "")
    assert (found.genres, found.companies) == ([], [])


@pytest.mark.parametrize(
    ("cell", "status"),
    [("Released", "released"), ("Post Production", "post_production"), ("Rumored", "rumored"), ("", "")],
)
def test_a_status_is_read_as_we_call_it(tmp_path, cell, status):
    (found,) = tmdb5000.read(written(tmp_path, [MOVIE | {"status": cell}])).movies
    assert found.status == status


def test_of_two_homepages_in_one_cell_the_first_is_read(tmp_path):
    homepage = "http://a.example/ http://b.example/"
    (found,) = tmdb5000.read(written(tmp_path, [MOVIE | {"homepage": homepage}])).movies
    assert found.homepage == "http://a.example/"


def test_a_byte_order_mark_is_passed_over(tmp_path):
    assert len(tmdb5000.read(written(tmp_path, encoding="utf-8-sig")).movies) == 1


def test_packed_files_are_read_whatever_they_are_called(tmp_path):
    credits_file, movies_file = written(tmp_path)
    credits_file.write_bytes(gzip.compress(credits_file.read_bytes()))
    assert tmdb5000.read([movies_file, credits_file]).movies[0].cast


def test_a_folder_may_hold_other_files(tmp_path):
    written(tmp_path)
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating\n")
    assert len(tmdb5000.read([tmp_path]).movies) == 1


def test_a_cell_may_be_longer_than_python_allows_by_itself(tmp_path):
    extras = [{"id": n, "name": "Somebody", "character": "Extra", "order": n} for n in range(1, 4000)]
    (found,) = tmdb5000.read(written(tmp_path, entries=[credit(949, "Heat", cast=extras)])).movies
    assert len(found.cast) == 3999


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"budget": "much"}, "column budget: 'much' is not a number"),
        ({"runtime": "1.5"}, "column runtime: '1.5' is not a whole number"),
        ({"revenue": "-5"}, "column revenue: '-5' is negative"),
        ({"popularity": "nan"}, "column popularity: 'nan' is not a number"),
        ({"release_date": "15.12.1995"}, "column release_date: '15.12.1995' is not a date such as 1995-12-15"),
        ({"title": " "}, "column title: '' is empty"),
        ({"id": "x"}, "column id: 'x' is not a number"),
        ({"id": ""}, "column id: '' is not an id"),
        ({"genres": "[5"}, "column genres: '[5' is not JSON (Expecting ',' delimiter: line 1 column 3 (char 2))"),
        ({"genres": [{"id": 5, "name": " "}]}, "column genres: \"{'id': 5, 'name': ' '}\" has no name"),
        ({"genres": "{}"}, "column genres: '{}' is not a list of JSON objects"),
        ({"genres": [{"id": 5}]}, "column genres: \"{'id': 5}\" has no text 'name'"),
        ({"production_companies": [{"id": 5}]}, "column production_companies: \"{'id': 5}\" has no text 'name'"),
        ({"production_companies": "X"}, "column production_companies: 'X' is not JSON (Expecting value: line 1"),
    ],
)
def test_a_row_that_cannot_be_used_is_reported_and_the_others_are_read(tmp_path, cells, message):
    paths = written(tmp_path, [MOVIE | cells, movie(2, "Thief")])
    (line,) = problems(paths)
    assert line.startswith(f"second.csv, line 2, {message}")
    assert [found.title for found in tmdb5000.read(paths).movies] == ["Thief"]


def test_json_that_is_nested_too_deep_is_reported(tmp_path):
    (line,) = problems(written(tmp_path, [MOVIE | {"genres": "[" * 200_000}]))
    assert " is not JSON (maximum recursion depth exceeded" in line


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"cast": "None"}, "column cast: 'None' is not JSON (Expecting value: line 1 column 1 (char 0))"),
        ({"crew": [{"id": 0, "name": "X"}]}, "column crew: \"{'id': 0, 'name': 'X'}\" has no usable id"),
    ],
)
def test_a_film_is_not_read_without_its_credits_where_those_cannot_be_used(tmp_path, cells, message):
    paths = written(tmp_path, entries=[CREDIT | cells])
    assert problems(paths) == [f"first.csv, line 2, {message}"]
    assert tmdb5000.read(paths).movies == []


def test_lines_are_counted_as_an_editor_shows_them(tmp_path):
    paths = written(tmp_path, [movie(1, "One", overview="Two\nlines."), movie(2, "Two", budget="?")])
    assert problems(paths) == ["second.csv, line 4, column budget: '?' is not a number"]


def test_a_row_of_another_length_is_reported(tmp_path):
    paths = written(tmp_path)
    with paths[1].open("a") as file:
        file.write("5,6\n\n")
    assert problems(paths) == ["second.csv, line 3, column budget: '5' begins a row of 2 cells; the header has 20"]


def test_an_id_used_twice_is_reported(tmp_path):
    paths = written(tmp_path, [MOVIE, movie(949, "Heat again")])
    assert problems(paths) == ["second.csv, line 3, column id: '949' stands already in second.csv, line 2"]


def test_a_film_without_credits_is_read_and_credits_without_a_film_are_counted(tmp_path):
    found = tmdb5000.read(written(tmp_path, [movie(1, "Alone")]))
    assert (found.movies[0].cast, found.credits_without_movie) == ([], 1)


def test_long_values_are_cut_in_messages(tmp_path):
    (line,) = problems(written(tmp_path, [MOVIE | {"genres": "x" * 500}]))
    assert len(line) < 250


def test_a_missing_file_is_named(tmp_path):
    assert refused([tmp_path / "no.csv"]) == f"{tmp_path / 'no.csv'} cannot be read: No such file or directory."


def test_one_file_alone_is_not_enough(tmp_path):
    path = written(tmp_path)[1]
    assert refused([path]) == f"The table of credits is missing in what was given ({path}): both files are needed."


def test_the_same_table_twice_is_refused(tmp_path):
    paths = written(tmp_path)
    copy = tmp_path / "third.csv"
    copy.write_bytes(paths[1].read_bytes())
    assert refused([*paths, copy]) == f"{paths[1]} and {copy} are both tables of movies: give one of each."


def test_the_same_file_twice_is_read_once(tmp_path):
    paths = written(tmp_path)
    assert len(tmdb5000.read([*paths, *paths, tmp_path]).movies) == 1


def test_two_files_of_one_name_are_refused(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    paths = written(tmp_path)
    moved = [paths[0].rename(tmp_path / "a" / "data.csv"), paths[1].rename(tmp_path / "b" / "data.csv")]
    assert refused(moved) == "Two files are called data.csv: rename one, so that messages can tell them apart."


@pytest.mark.parametrize("name", ["._first.csv", "other.csv"])
def test_what_else_lies_in_the_folder_does_not_disturb(tmp_path, name):
    written(tmp_path)
    (tmp_path / name).write_bytes(b"id,title,\xe9\xff\n1,x,y\n")
    assert len(tmdb5000.read([tmp_path]).movies) == 1


@pytest.mark.parametrize(("cells", "scores"), [({"vote_average": ""}, []), ({"vote_count": "0"}, [])])
def test_a_score_without_a_value_or_votes_is_none(tmp_path, cells, scores):
    assert tmdb5000.read(written(tmp_path, [MOVIE | cells])).movies[0].source_scores == scores


def test_a_score_above_ten_is_none_of_this_data_set(tmp_path):
    (line,) = problems(written(tmp_path, [MOVIE | {"vote_average": "77"}]))
    assert line == "second.csv, line 2, column vote_average: '77' is more than 10"


def test_a_missing_column_is_named(tmp_path):
    without = {name: cell for name, cell in MOVIE.items() if name not in ("budget", "tagline")}
    paths = written(tmp_path, [without])
    assert refused(paths) == f"{paths[1]}, the table of movies, lacks the column budget, tagline."


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("userId,movieId\n")
    message = f"{path} is no table of the TMDB 5000 data set: its header is ['userId', 'movieId']."
    assert refused([path]) == message


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("id,title,größe\n".encode("latin-1"))
    assert refused([path]) == (
        f"{path} is not UTF-8 text: byte 0xf6 in line 1, as in Latin-1 (Windows-1252). Save it as UTF-8."
    )


def test_a_damaged_packed_file_is_refused(tmp_path):
    credits_file, movies_file = written(tmp_path)
    credits_file.write_bytes(gzip.compress(json.dumps(CREDIT).encode() * 50)[:-20])
    assert refused([movies_file, credits_file]).startswith(f"{credits_file} is a damaged gzip file: ")


@pytest.mark.skipif(not SHARED.exists(), reason=MISSING)
def test_the_real_files_are_read_whole():
    found = tmdb5000.read([SHARED])
    assert (len(found.movies), found.problems, found.credits_without_movie) == (4803, [], 0)
    assert sum(len(movie.cast) for movie in found.movies) == 106_257
    assert sum(len(movie.crew) for movie in found.movies) == 129_581
    assert len({movie.title for movie in found.movies}) == 4800
    assert len({company.id for movie in found.movies for company in movie.companies}) == 5047
    assert Counter(movie.status for movie in found.movies) == {"released": 4795, "rumored": 5, "post_production": 3}
