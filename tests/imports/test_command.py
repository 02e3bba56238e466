"""`manage.py imports`."""

import csv
import io
import signal
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.catalog.models import Movie
from apps.imports.management.commands import imports
from apps.imports.models import Import
from apps.imports.running.performing import perform
from apps.reviews.models import RatingBatch
from movieverse.exceptions import StoreUnavailable
from tests.factories import make_movie
from tests.imports.netflix_files import OUR_PLANET, TAXI_DRIVER, written

pytestmark = pytest.mark.usefixtures("stores")


def said(*words: object) -> str:
    out = StringIO()
    call_command("imports", *map(str, words), stdout=out)
    return out.getvalue()


def titles(folder: Path) -> Path:
    return written(folder / "titles.csv", [TAXI_DRIVER, OUR_PLANET | {"runtime": "=long"}])


def test_files_are_imported_in_the_foreground_and_shown(tmp_path):
    out = said("run", titles(tmp_path))
    row = Import.objects.get()
    assert f"{row.pk} netflix completed: 2 rows read, 7 written, 1 rejected" in out
    assert "movies                  1 created           0 updated           0 unchanged           1 rejected" in out
    assert "titles.csv, line 3, column runtime: is not a number" in out
    assert said("show", row.pk) == out
    assert f"{row.pk} netflix completed" in said("list")
    assert "by a command" in said("list", "--all")
    assert Movie.objects.count() == 1


def test_the_rejected_rows_are_a_table(tmp_path):
    said("run", titles(tmp_path))
    (row,) = csv.DictReader(io.StringIO(said("rejected", Import.objects.get().pk)))
    assert (row["runtime"], row["line"], row["reason"]) == ("'=long", "3", "is not a number")


def test_a_dry_run_writes_nothing(tmp_path):
    assert "netflix (a dry run) completed" in said("run", titles(tmp_path), "--dry-run", "--dataset", "netflix")
    assert not Movie.objects.exists()


def test_ratings_wait_for_their_turn(tmp_path, monkeypatch):
    film = make_movie(title="Heat")
    (tmp_path / "ratings.csv").write_text(f"user,rating,movie_id\nann,4.0,{film.pk}\n")
    others = RatingBatch.objects.create(key="0", after_id=0)
    monkeypatch.setattr(imports, "time", SimpleNamespace(sleep=lambda seconds: others.delete()))
    words = ("run", tmp_path / "ratings.csv", "--dataset", "ratings", "--map", "movie_id=movie_id")
    assert "ratings completed: 1 rows read, 1 written" in said(*words)


def test_who_presses_ctrl_c_in_vain_is_told_why_and_the_import_goes_on(tmp_path, monkeypatch):
    def away(**options: object) -> None:
        raise StoreUnavailable("default", "DATABASE_URL", "refused")

    def pressed(*args: Any) -> bool:
        monkeypatch.setattr(imports, "perform", perform)
        signal.raise_signal(signal.SIGINT)
        return perform(*args)

    err, out, before = StringIO(), StringIO(), signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(imports, "import_cancel", away)
    monkeypatch.setattr(imports, "perform", pressed)
    call_command("imports", "run", str(titles(tmp_path)), stdout=out, stderr=err)
    assert "It is not cancelled: The default store does not answer (refused)." in err.getvalue()
    assert "netflix completed" in out.getvalue()
    assert signal.getsignal(signal.SIGINT) is before


def test_imports_are_handled(tmp_path):
    said("run", titles(tmp_path))
    first = Import.objects.get()
    assert f"{first.pk + 1} netflix completed: 1 rows read, 0 written, 1 rejected" in said("retry", first.pk)
    assert f"{first.pk} netflix completed and undone" in said("undo", first.pk)
    with pytest.raises(CommandError, match="has ended: there is nothing to cancel"):
        said("cancel", first.pk)


def test_what_cannot_be_done_is_said_in_a_line(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match=r"mine.csv is of no data set that is known: its columns are a, b."):
        said("run", path)
    with pytest.raises(CommandError, match="is no file. Name the files of a data set one by one."):
        said("run", tmp_path)
    with pytest.raises(CommandError, match="There is no import 77."):
        said("show", 77)
    path = titles(tmp_path)
    path.write_bytes(path.read_bytes() + b"x" * (1 << 19) + b"\n\xff")
    with pytest.raises(CommandError, match="titles.csv is not UTF-8 text"):
        said("run", path)


def test_a_file_that_was_taken_away_fails_its_retry(tmp_path):
    said("run", titles(tmp_path))
    (tmp_path / "titles.csv").unlink()
    said("retry", Import.objects.get().pk)
    assert Import.objects.first().reason == "The file titles.csv is not there any more: upload it again."
