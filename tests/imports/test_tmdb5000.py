import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from apps.catalog.records import SourceId
from apps.imports.sources import tmdb5000
from apps.imports.sources.tables import SourceError
from tests.imports.tmdb5000_files import CREDIT, MISSING, MOVIE, SHARED, credit, movie, written


def problems(paths: list[Path]) -> list[str]:
    return [str(problem) for problem in tmdb5000.read(paths).problems]


def refused(paths: list[Path]) -> str:
    with pytest.raises(SourceError) as error:
        tmdb5000.read(paths)
    return str(error.value)


def test_a_film_is_read_with_everything_about_it(tmp_path):
    found = tmdb5000.read(written(tmp_path))
    assert not found.problems
    (heat,) = found.movies
    assert (heat.ids, heat.title, heat.release_date) == ([SourceId("tmdb", "949")], "Heat", date(1995, 12, 15))
    assert (heat.runtime, heat.budget, heat.revenue, heat.popularity) == (170, 60_000_000, None, 35.2)
    assert (heat.countries, heat.languages, heat.keywords) == (["US"], ["en", "es"], ["robbery", "detective"])
    assert heat.source_scores == [{"source": "tmdb", "value": 7.7, "votes": 1800}]
    assert [genre.name for genre in heat.genres] == ["Crime", "Drama"]
    assert [(entry.person.name, entry.character) for entry in heat.cast] == [
        ("Al Pacino", "Lt. Vincent Hanna"),
        ("Robert De Niro", "Neil McCauley"),
    ]
    assert [(entry.person.id.value, entry.job) for entry in heat.crew] == [("638", "Director"), ("638", "Screenplay")]
    assert heat.place == "second.csv, line 2"


def test_what_is_zero_or_empty_is_unknown(tmp_path):
    empty = movie(1, "Empty", runtime="0", release_date="", budget="0", vote_count="0", popularity="", overview="")
    (found,) = tmdb5000.read(written(tmp_path, [empty])).movies
    assert (found.runtime, found.release_date, found.budget, found.source_scores) == (None, None, None, [])


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
    ],
)
def test_a_row_that_cannot_be_used_is_reported_and_the_others_are_read(tmp_path, cells, message):
    paths = written(tmp_path, [MOVIE | cells, movie(2, "Thief")])
    assert problems(paths) == [f"second.csv, line 2, {message}"]
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
    assert problems(paths) == ["second.csv, line 3, column budget: '5' begins a row of 2 cells; the header has 16"]


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
    path = written(tmp_path)[1]
    assert refused([path, path]) == f"{path} and {path} are both tables of movies: give one of each."


def test_a_missing_column_is_named(tmp_path):
    without = {name: cell for name, cell in MOVIE.items() if name not in ("budget", "keywords")}
    paths = written(tmp_path, [without])
    assert refused(paths) == f"{paths[1]}, the table of movies, lacks the column keywords, budget."


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("userId,movieId\n")
    message = f"{path} is neither the table of movies nor that of credits: its header is ['userId', 'movieId']."
    assert refused([path]) == message


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("id,title,größe\n".encode("latin-1"))
    assert refused([path]) == f"{path} is not UTF-8 text: invalid start byte at byte 11."


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
