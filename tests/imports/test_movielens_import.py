"""What becomes of a MovieLens set."""

from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.imports.models import Import
from apps.imports.services.imports import import_retry, import_undo
from apps.imports.services.rows import row_edit
from apps.reviews.models import Rater, Rating, RatingBatch, Tag
from apps.reviews.selectors import summary_of
from apps.reviews.services import rating_set
from tests.imports.jobs import imported
from tests.imports.movielens_files import RATINGS, SHARED, TEXTS, written
from tests.seed.real import needs_movielens

pytestmark = pytest.mark.usefixtures("stores")


def counts(row: Import, kind: str) -> tuple[Any, ...]:
    return tuple(row.counts[kind][name] for name in ("created", "updated", "unchanged", "rejected"))


def said() -> set[tuple[str, str, int]]:
    """(rater, title, half-stars) of what everybody sees."""
    raters = {rater.user_id: rater.value for rater in Rater.objects.all()}
    titles = dict(Movie.objects.values_list("pk", "title"))
    return {(raters[one.user_id], titles[one.movie_id], one.value) for one in Rating.shown.all()}


WHOLE = {("1", "Toy Story", 8), ("1", "The Matrix", 7), ("2", "Toy Story", 1)}


def test_a_set_is_recognised_and_brought_into_two_stores(member: User, tmp_path: Path):
    row = imported(member, *written(tmp_path))
    assert (row.dataset, row.state, row.reason) == ("movielens", Import.State.COMPLETED, "")
    assert counts(row, "movies") == (2, 0, 0, 0)
    assert counts(row, "ratings") == (3, 0, 0, 0)
    assert counts(row, "tags") == (2, 0, 1, 0)
    assert (said(), Tag.shown.count()) == (WHOLE, 2)
    toy_story = Movie.objects.get(title="Toy Story")
    assert summary_of(toy_story.pk).distribution == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0]


def test_a_set_of_the_old_days_is_recognised(member: User, tmp_path: Path):
    (tmp_path / "movies.dat").write_bytes("1::Misérables, Les (1998)::Drama\n2::Heat (1995)::\xff\n".encode("latin-1"))
    (tmp_path / "ratings.dat").write_text("1::1::5::978300760\n1::1::5\n2::2::7::0\n")
    (tmp_path / "users.dat").write_text("1::F::1::10::48067\n")
    row = imported(member, *(tmp_path / f"{name}.dat" for name in ("movies", "ratings", "users")))
    assert (row.dataset, counts(row, "movies"), counts(row, "ratings")) == ("movielens", (2, 0, 0, 0), (1, 0, 0, 2))
    assert said() == {("1", "Les Misérables", 10)}
    rejected = row.rejected_rows.get(line=3)
    row_edit(row=rejected, cells={"rating": "4"}, version=1)
    again = import_retry(row=row, by=member.pk)
    assert (counts(again, "ratings"), again.reason) == ((1, 0, 0, 1), "")


def test_the_same_set_again_changes_nothing_and_one_other_rating_one(member: User, tmp_path: Path):
    imported(member, *written(tmp_path))
    row = imported(member, *written(tmp_path))
    assert (row.rows_written, counts(row, "ratings"), counts(row, "tags")) == (0, (0, 0, 3, 0), (0, 0, 3, 0))
    changed = "\n".join(["1,1,5.0,964982703", *RATINGS[1:]])
    row = imported(member, *written(tmp_path, **TEXTS, ratings=changed))
    assert (row.rows_written, counts(row, "ratings")) == (1, (0, 1, 2, 0))
    assert said() == {("1", "Toy Story", 10)} | WHOLE - {("1", "Toy Story", 8)}


def test_ratings_alone_are_about_the_films_that_are_known(member: User, tmp_path: Path):
    imported(member, *written(tmp_path, movies=TEXTS["movies"]))
    row = imported(member, *written(tmp_path, ratings="\n".join([*RATINGS, "2,77,4.0,0"])))
    assert (counts(row, "ratings"), said()) == ((3, 0, 0, 1), WHOLE)
    (rejected,) = row.rejected_rows.all()
    assert (rejected.line, rejected.column, rejected.value) == (5, "movieId", "77")
    assert rejected.cells == {"userId": "2", "movieId": "77", "rating": "4.0", "timestamp": "0"}


def test_a_dry_run_tells_the_same_numbers_and_writes_nothing(member: User, tmp_path: Path):
    files = written(tmp_path, **TEXTS, ratings="\n".join([*RATINGS, RATINGS[0], "1,1,9,0"]))
    dry = imported(member, *files, dry_run=True)
    assert not any(model.objects.exists() for model in (Movie, Rating, Rater, Tag, RatingBatch))
    assert dry.counts == imported(member, *files).counts
    assert imported(member, *files, dry_run=True).counts == imported(member, *files).counts


def test_what_was_put_right_is_imported_alone(member: User, tmp_path: Path):
    row = imported(member, *written(tmp_path, **TEXTS, ratings="\n".join([RATINGS[0], "1,2,3.7,9", RATINGS[2]])))
    (rejected,) = row.rejected_rows.all()
    row_edit(row=rejected, cells={"rating": "3.5"}, version=1)
    again = import_retry(row=row, by=member.pk)
    assert (again.state, counts(again, "ratings"), said()) == (Import.State.COMPLETED, (1, 0, 0, 0), WHOLE)


def test_a_retry_is_about_no_other_tags(member: User, tmp_path: Path):
    texts = TEXTS | {"tags": TEXTS["tags"] + "2,77,x,1\n"}
    row = imported(member, *written(tmp_path, **texts, ratings=RATINGS[0]))
    row_edit(row=row.rejected_rows.get(), cells={"movieId": "2"}, version=1)
    assert counts(import_retry(row=row, by=member.pk), "tags") == (1, 0, 0, 0)


def test_a_dry_run_knows_a_tag_again_however_far_behind(member: User, tmp_path: Path):
    lines = [
        "userId,movieId,tag,timestamp",
        "2,1,Pixar,1",
        *(f"2,1,tag{number},1" for number in range(600)),
        "2,1,pixar,1",
    ]
    files = written(tmp_path, **TEXTS | {"tags": "\n".join(lines)}, ratings=RATINGS[0])
    dry = imported(member, *files, dry_run=True)
    assert (counts(dry, "tags"), dry.counts) == ((601, 0, 1, 0), imported(member, *files).counts)


def test_undone_nothing_is_left(member: User, tmp_path: Path):
    row = import_undo(row=imported(member, *written(tmp_path)), by=member.pk)
    assert (bool(row.undone_at), row.kept) == (True, [])
    assert not any(model.objects.exists() for model in (Rating, Rater, Tag))


def test_a_rating_that_was_changed_since_stays(member: User, tmp_path: Path):
    row = imported(member, *written(tmp_path))
    rating = Rating.objects.get(value=7)
    rating_set(user_id=rating.user_id, movie_id=rating.movie_id, value=2, by=member.pk)
    kept = import_undo(row=row, by=member.pk).kept
    assert [(one["kind"], one["id"]) for one in kept if one["store"] == "reviews"] == [("rating", rating.pk)]
    assert list(Rating.shown.values_list("value", flat=True)) == [2]


@needs_movielens
def test_the_small_set_is_imported_to_the_last_row(member: User):
    row = imported(member, *(SHARED / f"{name}.csv" for name in ("movies", "ratings", "links", "tags")))
    assert counts(row, "movies") == (9_742, 0, 0, 0)
    assert counts(row, "ratings") == (100_836, 0, 0, 0)
    assert counts(row, "tags") == (3_678, 0, 5, 0)
    assert Rating.shown.count() == 100_836
    assert [(one.file, one.line, one.is_used) for one in row.rejected_rows.all()] == [("links.csv", 9_108, True)]
