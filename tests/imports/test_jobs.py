"""What becomes of an import, in one process."""

from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.imports.datasets.recognising import Unrecognised
from apps.imports.models import Import
from apps.imports.running import job
from apps.imports.services.imports import (
    NotPossible,
    Unreadable,
    import_cancel,
    import_create,
    import_retry,
    import_undo,
)
from apps.imports.services.rows import row_edit
from tests.imports import tmdb5000_files as tmdb5000
from tests.imports.jobs import imported, uploaded
from tests.imports.netflix_files import DE_NIRO, OUR_PLANET, TAXI_DRIVER, title, written

ToDo, State = Import.ToDo, Import.State


def titles(folder: Path, *rows: dict[str, str]) -> Path:
    return written(folder / "titles.csv", rows or [TAXI_DRIVER, OUR_PLANET])


def test_an_import_is_recognised_and_done(member: User, tmp_path: Path):
    row = imported(member, titles(tmp_path), written(tmp_path / "credits.csv", [DE_NIRO]))
    assert (row.dataset, row.state, row.reason, row.to_do) == ("netflix", State.COMPLETED, "", "")
    assert row.counts["movies"] == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 0}
    assert row.counts["people"]["created"] == 1
    assert (row.rows_read, row.bytes_read) == (3, row.bytes_total)
    assert row.bytes_total == sum(file["bytes"] for file in row.files) > 0
    assert row.started_at <= row.ended_at
    assert (row.holder, row.leased_until) == ("", None)
    assert Movie.objects.count() == 2


def test_the_same_files_again_change_nothing(member: User, tmp_path: Path):
    for _ in range(2):
        row = imported(member, *tmdb5000.written(tmp_path))
    assert (row.dataset, row.rows_written) == ("tmdb5000", 0)
    assert row.counts["movies"]["unchanged"] == 1


def test_a_dry_run_tells_what_a_real_one_then_does(member: User, tmp_path: Path):
    dry = imported(member, *tmdb5000.written(tmp_path), dry_run=True)
    assert not Movie.objects.exists()
    assert [(one["title"], one["id"], one["release_date"]) for one in dry.sample] == [("Heat", None, "1995-12-15")]
    assert dry.counts == imported(member, *tmdb5000.written(tmp_path)).counts


def test_more_rows_than_there_is_room_for_are_refused_before_anything_is_written(
    member: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job, "MOST_ROWS", 1)
    row = imported(member, titles(tmp_path))
    assert (row.state, row.reason) == (
        State.FAILED,
        "With titles.csv there are more than 1 rows: import them in parts.",
    )
    assert not Movie.objects.exists()


def test_insert_leaves_alone_what_is_there(member: User, tmp_path: Path):
    imported(member, titles(tmp_path, TAXI_DRIVER))
    changed = TAXI_DRIVER | {"runtime": "90"}
    row = imported(member, titles(tmp_path, changed, OUR_PLANET), mode="insert")
    assert row.counts["movies"] == {"created": 1, "updated": 0, "unchanged": 1, "rejected": 0}
    assert Movie.objects.get(title="Taxi Driver").runtime == 113


def test_a_row_that_cannot_be_used_is_kept_with_its_cells_and_why(member: User, tmp_path: Path):
    row = imported(member, titles(tmp_path, TAXI_DRIVER, OUR_PLANET | {"runtime": "long"}))
    assert (row.state, row.rows_rejected, Movie.objects.count()) == (State.COMPLETED, 1, 1)
    (rejected,) = row.rejected_rows.all()
    assert (rejected.file, rejected.line, rejected.column, rejected.value) == ("titles.csv", 3, "runtime", "long")
    assert (rejected.reason, rejected.is_used, rejected.kind) == ("is not a number", False, "movies")
    assert rejected.cells == OUR_PLANET | {"runtime": "long"}


def test_a_row_of_which_one_value_is_not_used_is_told_of_and_not_counted(member: User, tmp_path: Path):
    row = imported(member, titles(tmp_path, TAXI_DRIVER | {"production_countries": "['US', 'Mars']"}))
    assert [(one.column, one.is_used) for one in row.rejected_rows.all()] == [("production_countries", True)]
    assert (row.rows_rejected, Movie.objects.count()) == (0, 1)
    with pytest.raises(NotPossible, match="no rejected rows"):
        import_retry(row=row, by=member.pk)


def test_what_was_put_right_is_imported_alone(member: User, tmp_path: Path):
    bad = [title("tm1", "Heat", runtime="x"), title("tm2", "Thief", runtime="y")]
    row = imported(member, titles(tmp_path, TAXI_DRIVER, *bad, OUR_PLANET))
    first, _ = row.rejected_rows.all()
    row_edit(row=first, cells={"runtime": "170"}, version=1)
    again = import_retry(row=row, by=member.pk)
    assert (again.state, again.retry_of, again.rows_read) == (State.COMPLETED, row, 2)
    assert again.counts["movies"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
    assert Movie.objects.get(title="Heat").runtime == 170
    assert [(one.line, one.value) for one in again.rejected_rows.all()] == [(4, "y")]
    with pytest.raises(NotPossible, match="no rejected rows"):
        import_retry(row=row, by=member.pk)


def test_a_retry_of_a_retry_begins_with_what_that_was_given(member: User, tmp_path: Path):
    row = imported(member, titles(tmp_path, TAXI_DRIVER, title("tm1", "Heat", runtime="x", release_year="y")))
    row_edit(row=row.rejected_rows.get(), cells={"runtime": "170"}, version=None)
    again = import_retry(row=row, by=member.pk)
    rejected = again.rejected_rows.get()
    assert (rejected.column, rejected.cells["runtime"]) == ("release_year", "170")
    row_edit(row=rejected, cells={"release_year": "1995"}, version=None)
    last = import_retry(row=again, by=member.pk)
    assert last.counts["movies"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0}
    assert Movie.objects.get(title="Heat").runtime == 170


def test_a_film_whose_credits_were_wrong_is_imported_when_they_are_put_right(member: User, tmp_path: Path):
    files = tmdb5000.written(
        tmp_path, [tmdb5000.MOVIE, tmdb5000.movie(2, "Thief")], [tmdb5000.CREDIT, tmdb5000.credit(2, "Thief", cast="[")]
    )
    row = imported(member, *files)
    rejected = row.rejected_rows.get()
    assert (rejected.file, rejected.column) == ("first.csv", "cast")
    row_edit(row=rejected, cells={"cast": "[]"}, version=None)
    again = import_retry(row=row, by=member.pk)
    assert again.counts["movies"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0}


def test_an_import_that_cannot_be_read_to_its_end_fails_and_says_where(member: User, tmp_path: Path):
    path = titles(tmp_path)
    path.write_bytes(path.read_bytes() + b"x" * (1 << 19) + "\ntm9,Amélie".encode("latin-1"))
    row = imported(member, path)
    assert (row.state, row.is_clean) == (State.FAILED, True)
    assert row.reason == (
        "titles.csv is not UTF-8 text: byte 0xe9 in line 5, as in Latin-1 (Windows-1252). Save it as UTF-8."
    )
    assert not Movie.objects.exists()
    again = import_retry(row=row, by=member.pk)
    assert (again.retry_of, again.state, again.rows_again) == (row, State.FAILED, False)


def test_what_is_no_known_data_set_is_refused_with_the_nearest(member: User, tmp_path: Path):
    path = written(tmp_path / "mine.csv", [{"id": "1", "title": "Heat", "type": "MOVIE", "stars": "5"}])
    with pytest.raises(Unrecognised) as refusal:
        imported(member, path)
    (told,) = refusal.value.members["files"]
    assert (told["file"], told["columns"]) == ("mine.csv", ["id", "title", "type", "stars"])
    assert (told["nearest"]["dataset"], told["nearest"]["table"]) == ("netflix", "titles")
    assert (told["nearest"]["missing"][0], told["nearest"]["extra"]) == ("release_year", ["stars"])
    assert "its columns are id, title, type, stars" in str(refusal.value)
    assert not Import.objects.exists()


def test_a_file_without_those_that_it_needs_is_refused(member: User, tmp_path: Path):
    credits_file, _ = tmdb5000.written(tmp_path)
    with pytest.raises(Unreadable, match=r"The table of movies is missing in what was given \(first.csv\)"):
        imported(member, credits_file)


def test_a_long_name_in_letters_of_several_bytes_is_as_good_as_any(member: User, tmp_path: Path):
    upload = uploaded(titles(tmp_path), member)
    upload.name = "映" * 96 + ".csv"
    (file,) = import_create(uploads=[upload], by=member.pk).files
    assert file["name"].endswith("映.csv")


def test_files_of_two_data_sets_are_refused(member: User, tmp_path: Path):
    with pytest.raises(Unreadable, match=r"titles.csv is of Netflix; first.csv is of TMDB 5000"):
        imported(member, titles(tmp_path), tmdb5000.written(tmp_path)[0])


def test_what_is_unusual_is_said_beforehand(member: User, tmp_path: Path):
    path = titles(tmp_path, TAXI_DRIVER | {"stars": "5"})
    text = "\ufeff" + path.read_text().replace("\n", "\r\n")
    path.write_bytes(text.encode())
    row = imported(member, path)
    found = {one["finding"]: one["detail"] for one in row.findings}
    assert found.keys() == {"byte-order-mark", "crlf", "index-column", "extra-columns"}
    assert found["extra-columns"] == "There is no use for the columns stars."
    assert row.state == State.COMPLETED


def test_what_has_ended_cannot_be_cancelled_and_only_what_was_written_undone(member: User, tmp_path: Path):
    row, dry = imported(member, titles(tmp_path)), imported(member, titles(tmp_path), dry_run=True)
    with pytest.raises(NotPossible, match="has ended"):
        import_cancel(row=row)
    with pytest.raises(NotPossible, match="cannot be undone"):
        import_undo(row=dry, by=member.pk)
    assert import_undo(row=row, by=member.pk).undone_at
    with pytest.raises(NotPossible, match="cannot be undone"):
        import_undo(row=row, by=member.pk)
