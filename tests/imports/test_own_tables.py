"""Tables of one's own, whose columns have any names."""

from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.imports.models import Import
from apps.imports.services.imports import Unreadable, import_retry, import_undo
from apps.imports.services.rows import row_edit
from apps.reviews.models import Rater, Rating
from tests.factories import make_movie
from tests.imports.jobs import imported
from tests.imports.movielens_files import TEXTS, written

pytestmark = pytest.mark.usefixtures("stores")

FILMS = """\
Name;Jahr;Regie;Sparten;IMDB
Heat;1995;Michael Mann;Crime, Drama;tt0113277
"Cidade de Deus";2002;Fernando Meirelles|Kátia Lund;Crime;0317248
Heat;1986;;;
"""
NAMES = {"title": "Name", "year": "Jahr", "directors": "Regie", "genres": "Sparten", "imdb_id": "IMDB"}


def table(folder: Path, text: str, name: str = "mine.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def outcomes(row: Import, kind: str) -> tuple[int, ...]:
    assert row.state == Import.State.COMPLETED, row.reason
    return tuple(row.counts[kind][name] for name in ("created", "updated", "unchanged", "rejected"))


def test_films_are_taken_from_the_columns_that_the_mapping_names(member: User, tmp_path: Path):
    row = imported(member, table(tmp_path, FILMS), dataset="films", mapping=NAMES)
    assert outcomes(row, "movies") == (3, 0, 0, 0)
    film = Movie.objects.get(title="Cidade de Deus")
    assert (film.release_year, [one["name"] for one in film.crew]) == (2002, ["Fernando Meirelles", "Kátia Lund"])
    assert {one.release_year for one in Movie.objects.filter(title="Heat")} == {1986, 1995}


def test_the_same_table_again_changes_nothing_and_one_cell_changes_one_film(member: User, tmp_path: Path):
    imported(member, table(tmp_path, FILMS), dataset="films", mapping=NAMES)
    row = imported(member, table(tmp_path, FILMS), dataset="films", mapping=NAMES)
    assert (outcomes(row, "movies"), row.rows_written) == ((0, 0, 3, 0), 0)
    other = table(tmp_path, FILMS.replace("Crime, Drama", "Crime"))
    assert outcomes(imported(member, other, dataset="films", mapping=NAMES), "movies") == (0, 1, 2, 0)


def test_a_film_that_is_known_by_an_id_gets_no_twin(member: User, tmp_path: Path):
    imported(member, *written(tmp_path))
    row = imported(member, table(tmp_path, "title,tmdb_id\nToy Story!,862\n"), dataset="films")
    assert (outcomes(row, "movies"), Movie.objects.count()) == ((0, 1, 0, 0), 2)


@pytest.mark.parametrize(
    ("cells", "column", "value"),
    [
        (";1995;;;", "Name", ""), ("Heat;late;;;", "Jahr", "late"), ("Heat;1066;;;", "Jahr", "1066"),
        ("Heat;1995;;;nm0000520", "IMDB", "nm0000520"), ("Heat;1995;;", "Name", "Heat"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_told_of_by_the_tables_own_columns(
    member: User, tmp_path: Path, cells: str, column: str, value: str
):
    path = table(tmp_path, f"Name;Jahr;Regie;Sparten;IMDB\nRonin;1998;;;\n{cells}\n")
    row = imported(member, path, dataset="films", mapping=NAMES)
    assert outcomes(row, "movies") == (1, 0, 0, 1)
    (rejected,) = row.rejected_rows.all()
    assert (rejected.line, rejected.column, rejected.value) == (3, column, value)
    row_edit(row=rejected, cells={"Name": "Heat", "Jahr": "1995", "IMDB": "tt0113277"}, version=1)
    assert outcomes(import_retry(row=row, by=member.pk), "movies") == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("dataset", "mapping", "reason"),
    [
        ("films", {}, "has no column for title"),
        ("films", {"title": "Titel"}, "has no column 'Titel', which the mapping names: it has Name, Jahr"),
        ("films", {"titel": "Name"}, "names 'titel', which is none of the fields: title,"),
        ("ratings", {"user": "Name", "rating": "Jahr"}, "has no column for movie_id or imdb_id"),
        ("", {}, "as dataset films or ratings"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_what_would(
    member: User, tmp_path: Path, dataset: str, mapping: dict[str, str], reason: str
):
    with pytest.raises(Exception, match=reason) as refused:
        imported(member, table(tmp_path, FILMS), dataset=dataset, mapping=mapping)
    assert refused.value.status == 422
    assert not Import.objects.exists()


def test_a_data_set_with_columns_of_its_own_takes_no_mapping(member: User, tmp_path: Path):
    with pytest.raises(Unreadable, match="MovieLens takes no mapping"):
        imported(member, *written(tmp_path), dataset="movielens", mapping={"title": "title"})


RATINGS = """\
wer,film,sterne,wann
ada,tt0114709,4.5,2024-05-31 20:15:00
"bob b.",114709,3,2024-05-31T20:15:00+02:00
ada,tt0133093,0.5,1717186500
"""
COLUMNS = {"user": "wer", "imdb_id": "film", "rating": "sterne", "rated_at": "wann"}


def said() -> set[tuple[str, str, int, str]]:
    raters = {rater.user_id: rater.value for rater in Rater.objects.all()}
    titles = dict(Movie.objects.values_list("pk", "title"))
    return {
        (raters[one.user_id], titles[one.movie_id], one.value, f"{one.created_at:%d. %H:%M}")
        for one in Rating.shown.all()
    }


def test_ratings_find_their_films_by_ids_of_others(member: User, tmp_path: Path):
    imported(member, *written(tmp_path, movies=TEXTS["movies"], links=TEXTS["links"]))
    row = imported(member, table(tmp_path, RATINGS), dataset="ratings", mapping=COLUMNS)
    assert outcomes(row, "ratings") == (3, 0, 0, 0)
    assert said() == {
        ("ada", "Toy Story", 9, "31. 20:15"),
        ("bob b.", "Toy Story", 6, "31. 18:15"),
        ("ada", "The Matrix", 1, "31. 20:15"),
    }
    again = imported(member, table(tmp_path, RATINGS), dataset="ratings", mapping=COLUMNS)
    assert outcomes(again, "ratings") == (0, 0, 3, 0)
    assert import_undo(row=row, by=member.pk).undone_at
    assert said() == set()


def test_ratings_by_our_own_ids_without_a_moment(member: User, tmp_path: Path):
    film = make_movie(title="Heat")
    text = f"User,Movie ID,Rating\nada,{film.pk},5\nada,{film.pk + 1},5\nada,x,5\neve,{film.pk},11\n"
    row = imported(member, table(tmp_path, text), dataset="ratings", mapping={"movie_id": "Movie ID"})
    assert outcomes(row, "ratings") == (1, 0, 0, 3)
    assert [(one.line, one.column, one.value) for one in row.rejected_rows.all()] == [
        (5, "Rating", "11"), (3, "Movie ID", str(film.pk + 1)), (4, "Movie ID", "x"),
    ]  # fmt: skip


def test_ids_of_a_table_that_nobody_has_mapped_are_not_taken_for_ours(member: User, tmp_path: Path):
    for title in ("Heat", "Alien"):
        row = imported(member, table(tmp_path, f"id,title,year\n1,{title},1990\n"), dataset="films")
        assert outcomes(row, "movies") == (1, 0, 0, 0)
    text = "user,movie_id,rating\nada,1,5\n"
    with pytest.raises(Unreadable, match="no column for movie_id or imdb_id"):
        imported(member, table(tmp_path, text), dataset="ratings")


def test_a_dry_run_shows_the_first_ratings(member: User, tmp_path: Path):
    film = make_movie(title="Heat")
    path = table(tmp_path, f"user,film,rating,rated_at\nada,{film.pk},4.5,20240531\n")
    row = imported(member, path, dataset="ratings", mapping={"movie_id": "film"}, dry_run=True)
    assert row.sample == [{"user": "ada", "movie_id": film.pk, "rating": 4.5, "created_at": "2024-05-31 00:00:00"}]
    assert said() == set()


def test_the_column_that_the_mapping_names_says_which_film_is_meant(member: User, tmp_path: Path):
    imported(member, *written(tmp_path, movies=TEXTS["movies"], links=TEXTS["links"]))
    first = Movie.objects.order_by("pk").first()
    path = table(tmp_path, f"user,movie_id,imdb,rating,rated_at\nada,{first.pk},133093,4,20240531\n")
    imported(member, path, dataset="ratings", mapping={"imdb_id": "imdb"})
    assert said() == {("ada", "The Matrix", 8, "31. 00:00")}
