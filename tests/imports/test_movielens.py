"""What MovieLens files are read as."""

from pathlib import Path
from random import Random

import polars as pl
import pytest

from apps.imports.datasets.pairs import Pairs
from apps.imports.sources.blocks import blocks
from apps.imports.sources.movielens.files import recognised
from apps.imports.sources.movielens.films import read_films
from apps.imports.sources.movielens.titles import title_of
from apps.imports.sources.opening import SourceError
from apps.imports.sources.ratings import Bad, Layout, _rating, _Table, ratings_of
from tests.imports.movielens_files import RATINGS, TEXTS, written

HEADER = "userId,movieId,rating,timestamp\n"


def ratings(folder: Path, content: str | bytes, name: str = "ratings.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> tuple[list[tuple[int, int, int, int, str]], list[tuple[int, str, str]]]:
    """The ratings, and (line, column, value) of the rows that are none."""
    chunks = list(ratings_of(path))
    rows = [row for chunk in chunks for row in chunk.rows.iter_rows()]
    return rows, [(bad.line, bad.column, bad.value) for chunk in chunks for bad in chunk.bad]


@pytest.mark.parametrize(
    ("text", "title", "year", "others"),
    [
        ("Toy Story (1995)", "Toy Story", 1995, []),
        ("Matrix, The (1999)", "The Matrix", 1999, []),
        ("Avventura, L' (Adventure, The) (1960)", "L'Avventura", 1960, ["The Adventure"]),
        ("Léon: The Professional (a.k.a. The Professional) (Léon) (1994)", "Léon: The Professional", 1994,
         ["The Professional", "Léon"]),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, []),
        ("Death Note (2006–2007)", "Death Note", 2006, []),
        ("Babylon 5", "Babylon 5", None, []),
        ("2012 (2009) ", "2012", 2009, []),
    ],
)  # fmt: skip
def test_titles_are_read_as_they_are_spoken(text, title, year, others):
    assert title_of(text) == (title, year, others)


def test_films_have_the_ids_that_links_tell(tmp_path):
    films = read_films(recognised(written(tmp_path))).movies
    assert [(film.title, film.release_year, list(map(str, film.ids))) for film in films] == [
        ("Toy Story", 1995, ["movielens:1", "imdb:tt0114709", "tmdb:862"]),
        ("The Matrix", 1999, ["movielens:2", "imdb:tt0133093", "tmdb:603"]),
    ]
    assert [genre.name for genre in films[1].genres] == ["Action", "Science Fiction"]


def test_the_genomes_best_tags_are_words_of_the_films(tmp_path):
    tags = "tagId,tag\n1,toys\n2,  bullet   time\n3,boring\n"
    scores = "movieId,tagId,relevance\n1,3,0.79\n1,1,0.8\n2,1,0.9\n2,2,0.99\n2,9,0.9\n\n2,3,1.5\n7,1,1.0\n"
    texts = {"genome-tags": tags, "genome-scores": scores}
    found = read_films(recognised(written(tmp_path, movies=TEXTS["movies"], **texts)))
    assert [film.keywords for film in found.movies] == [["toys"], ["bullet time", "toys"]]
    assert [str(one.place) for one in found.problems] == ["genome-scores.csv, line 8"]


def test_of_an_id_that_two_films_have_the_later_one_goes_without(tmp_path):
    films = "movieId,title,genres\n1,Emma (1996),Drama\n2,Emma (1996),(no genres listed)\n"
    found = read_films(recognised(written(tmp_path, movies=films, links="movieId,imdbId,tmdbId\n1,,9\n2,118308,9\n")))
    assert [list(map(str, film.ids)) for film in found.movies] == [
        ["movielens:1", "tmdb:9"], ["movielens:2", "imdb:tt0118308"]
    ]  # fmt: skip
    assert [(one.place, one.column, one.row_is_used) for one in found.problems] == [
        ("links.csv, line 3", "tmdbId", True)
    ]
    assert found.movies[1].genres == []


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_ratings_are_read_whatever_is_between_cells_and_lines(tmp_path, separator, ends):
    text = ends.join([HEADER.strip(), *RATINGS]).replace(",", separator)
    rows, bad = read(ratings(tmp_path, b"\xef\xbb\xbf" + text.encode()))
    assert rows == [
        (2, 1, 1, 8, "2000-07-30 18:45:03"), (3, 1, 2, 7, "2000-07-30 18:20:47"), (4, 2, 1, 1, "2015-10-24 19:27:15")
    ]  # fmt: skip
    assert bad == []


def test_columns_may_stand_in_another_order_beside_others(tmp_path):
    rows, bad = read(ratings(tmp_path, 'index,rating,movieId,"userId",timestamp\n0,"4.5",7,3,0\n'))
    assert (rows, bad) == ([(2, 3, 7, 9, "1970-01-01 00:00:00")], [])


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        (",1,4,0", "userId", ""), ("x,1,4,0", "userId", "x"), ("-1,1,4,0", "userId", "-1"), ("0,1,4,0", "userId", "0"),
        ("1,1.5,4,0", "movieId", "1.5"), ("1,99999999999,4,0", "movieId", "99999999999"),
        ("1,1,,0", "rating", ""), ("1,1,0,0", "rating", "0"), ("1,1,5.5,0", "rating", "5.5"),
        ("1,1,3.7,0", "rating", "3.7"), ("1,1,NaN,0", "rating", "NaN"), ("1,1,=2+3,0", "rating", "=2+3"),
        ("1,1,inf,0", "rating", "inf"), ("1,1,4,", "timestamp", ""), ("1,1,4,yesterday", "timestamp", "yesterday"),
        ("1,1,4,99999999999999999999", "timestamp", "99999999999999999999"),
        ("1,1,4", "userId", "1"), ("1,1,4,0,more", "userId", "1"), ("1,1,4,0,more,still", "userId", "1"),
        ("1,1,4,9\r9", "timestamp", "9 9"), ('1,"1,2,3",4,0', "movieId", "1,2,3"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_rating_is_told_of_and_the_others_are_read(tmp_path, row, column, value):
    rows, bad = read(ratings(tmp_path, f"{HEADER}1,1,4,0\n\n{row}\n2,1,4,0\n"))
    assert [row[0] for row in rows] == [2, 5]
    assert bad == [(4, column, value)]


def test_a_row_of_too_many_cells_may_be_the_first_and_the_last_one(tmp_path):
    rows, bad = read(ratings(tmp_path, f"{HEADER}1,1,4,0,more,still\n1,1,4,0\n1,1,4,0,more,still"))
    assert ([row[0] for row in rows], bad) == ([3], [(2, "userId", "1"), (4, "userId", "1")])


def test_what_the_columns_reader_takes_is_what_a_reader_of_rows_takes(tmp_path):
    """Rows put together by chance, of a table with columns of no use in between."""
    random = Random(5)
    cells = [
        "7",
        "007",
        "3.0",
        "4",
        "",
        " 5 ",
        '"6"',
        '"1,5"',
        "x",
        "-1",
        "1e0",
        "+2",
        "0.5",
        "5.5",
        "nan",
        "9\r",
        "\t1",
        "é",
    ]
    for _ in range(40):
        lines = [",".join(random.choices(cells, k=random.choice((5, 6, 6, 6, 6, 6, 7, 9)))) for _ in range(60)]
        path = ratings(tmp_path, "note,userId,note,movieId,rating,timestamp\n" + "\n".join(lines))
        rows, bad = read(path)
        table = _Table(path, Layout(), ["note", "userId", "note", "movieId", "rating", "timestamp"], ",", "")
        told = [(line, _rating(table, line, table.cells(text.encode()))) for line, text in enumerate(lines, 2) if text]
        assert rows == [one for _, one in told if not isinstance(one, Bad)]
        assert bad == [(line, one.column, one.value) for line, one in told if isinstance(one, Bad)]


def test_numbers_in_quotes_and_with_a_point_are_numbers(tmp_path):
    rows, bad = read(ratings(tmp_path, f'{HEADER}"1","2","3.5","4"\n5.0,2,3,4.0\n'))
    assert [row[:4] for row in rows] == [(2, 1, 2, 7), (3, 5, 2, 6)]
    assert bad == []


def test_the_cells_of_a_row_are_known(tmp_path):
    (chunk,) = ratings_of(ratings(tmp_path, f"{HEADER}1,1,4,0\n1,1,3.7,9\n"))
    assert chunk.cells(3) == {"userId": "1", "movieId": "1", "rating": "3.7", "timestamp": "9"}


def test_the_old_sets_are_read(tmp_path):
    ratings(tmp_path, b"1::1193::5::978300760\n1::2::0::1\n1::2,3::4\n", "ratings.dat")
    ratings(tmp_path, "1::Misérables, Les (1998)::Drama|Children's\n".encode("latin-1"), "movies.dat")
    ratings(tmp_path, b"1::F::1::10::48067\n", "users.dat")
    files = recognised([tmp_path])
    assert {table: path.name for table, path in files.items()} == {
        table: f"{table}.dat" for table in ("ratings", "movies", "users")
    }
    rows, bad = read(files["ratings"])
    assert [row[:4] for row in rows] == [(1, 1, 1193, 10)]
    assert bad == [(2, "rating", "0"), (3, "userId", "1")]
    (film,) = read_films(files).movies
    assert (film.title, [genre.name for genre in film.genres]) == ("Les Misérables", ["Drama", "Family"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("userId,movieId,stars\n1,1,4\n", "lacks the column rating"),
        ("userId,movieId,rating,rating,timestamp\n1,1,4,4,0\n", "has several columns rating"),
        ('userId,movieId,rating,timestamp,why\n1,1,4,0,"for\nones"\n', "a quote without its other half in line 2"),
        ("userId,movieId,rating,timestamp\r1,1,4,0\r", "a line end by CR alone in line 1"),
        (b"userId,movieId,rating,timestamp\n" + b"1,1,4,0\r" * 200_000, "a line end by CR alone in line 2"),
        (b"userId,movieId,rating,timestamp\n1,1,4,\0\n", "NUL byte in line 2"),
        (b"userId,movieId,rating,timestamp\n" + b"1" * 2_000_000, "is longer than 1 MiB"),
    ],
)
def test_what_is_no_table_of_ratings_is_refused(tmp_path, content, reason):
    with pytest.raises(SourceError, match=reason):
        read(ratings(tmp_path, content))


def test_blocks_are_whole_lines_wherever_they_are_cut(tmp_path):
    text = "".join(f"line {number}\n" for number in range(1, 200)) + "the last"
    path = ratings(tmp_path, text)
    for size in (1, 7, 64, 10_000):
        found = list(blocks(path, size))
        assert b"".join(block.data for block in found) == text.encode()
        assert all(f"line {block.line}\n".encode() == block.data.splitlines(keepends=True)[0] for block in found[:-1])
        assert [block.number for block in found] == list(range(len(found)))


def test_a_pair_is_new_once_however_far_behind_it_comes_again(tmp_path):
    pairs = Pairs(tmp_path)

    def take(number: int, *told: tuple[int, int]) -> tuple[list[int], list[int]]:
        lines = pl.DataFrame({"line": range(len(told))}, schema={"line": pl.Int64})
        rows = lines.hstack(pl.DataFrame(list(told), schema={"user": pl.Int64, "movie_id": pl.Int64}, orient="row"))
        new, repeated = pairs.take(number, rows)
        return new["line"].to_list(), repeated["line"].to_list()

    assert take(0, (1, 1), (1, 2), (1, 1)) == ([0, 1], [2])
    assert take(1, (2, 1), (1, 3)) == ([0, 1], [])
    assert take(2, (1, 2), (1, 3), (2, 2), (3, 3)) == ([2, 3], [0, 1])


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_tables_of_nothing_but_a_header_hold_nothing(tmp_path, end):
    assert read(ratings(tmp_path, HEADER.strip() + end)) == ([], [])
    texts = {"genome-tags": f"tagId,tag{end}", "genome-scores": f"movieId,tagId,relevance{end}"}
    found = read_films(recognised(written(tmp_path, movies=TEXTS["movies"], **texts)))
    assert [film.keywords for film in found.movies] == [[], []]
