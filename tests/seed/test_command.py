"""manage.py seed: its help, what it tells, dry runs and interruptions."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.catalog.models import ExternalId, Movie, Person
from apps.imports.running import run
from movieverse.bulk import Counts
from seed.run import Run
from tests.catalog.loads import is_done, loaded, record
from tests.imports.netflix_files import TAXI_DRIVER
from tests.imports.netflix_files import title as netflix_title
from tests.imports.netflix_files import written as netflix_written
from tests.imports.tmdb5000_files import credit, movie, written
from tests.seed.seeding import assert_nothing_to_do, seeded

ROOT = Path(__file__).parents[2]

stores = pytest.mark.usefixtures("stores")


# --- Help -----------------------------------------------------------------------------------------


def test_alone_it_prints_its_help_with_all_sets():
    out = StringIO()
    call_command("seed", stdout=out)
    for name in ("demo", "tmdb5000", "netflix", "movielens", "tmdb"):
        assert f"\n    {name} " in out.getvalue()


@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("demo", ["--if-empty", "It needs no files.", "@demo.invalid", "nobody can sign in"]),
        ("tmdb5000", ["PATH", "Both of its files are needed", ".csv.gz"]),
        ("tmdb", ["--popular N", "--changes", "TMDB_TOKEN", "TMDB_API_KEY", "docs/seeding.md", "goes on where it was"]),
        ("netflix", ["PATH", "the four lists, the six normalised tables", "commas, semicolons or tabs"]),
    ],
)
def test_the_help_of_a_set_tells_what_it_needs_and_by_which_rule_it_is_loaded(capsys, name, tells):
    with pytest.raises(SystemExit) as end:
        call_command("seed", name, "--help")
    assert end.value.code == 0
    text = capsys.readouterr().out
    rule = ["source of higher rank", "has locked it", "in any order", "What was deleted comes back", "run it again"]
    for words in (*tells, *rule, "--dry-run", "Write nothing", "0 shows no table"):
        assert " ".join(words.split()) in " ".join(text.split())


@pytest.mark.parametrize("args", [("tmdb5000",), ("netflix",), ("demo", "some.csv"), ("imdb",), ("demo", "--if-full")])
def test_what_it_does_not_understand_it_refuses(args):
    with pytest.raises(CommandError, match=r"required|unrecognized|invalid choice"):
        call_command("seed", *args)


# --- What it tells --------------------------------------------------------------------------------


@stores
@pytest.mark.parametrize("name", ["tmdb5000", "netflix"])
def test_files_that_cannot_be_used_end_it_in_one_line_with_nothing_written(tmp_path, name):
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory\.$") as error:
        seeded(name, tmp_path / "nothing.csv")
    assert "\n" not in str(error.value)
    assert not Movie.objects.exists()


@stores
def test_one_file_of_two_is_not_enough(tmp_path):
    with pytest.raises(CommandError, match=r"The table of movies is missing .* both files are needed\.$"):
        seeded("tmdb5000", written(tmp_path)[0])


@stores
def test_a_problem_is_told_with_file_line_column_value_and_reason(tmp_path):
    films = [movie(1, "Good"), movie(2, "Bad", budget="a lot"), movie(3, "Worse", runtime="-1")]
    counts, lines = seeded("tmdb5000", *written(tmp_path, films, [credit(1, "Good")]))
    assert lines == [
        "second.csv, line 3, column budget: 'a lot' is not a number",
        "second.csv, line 4, column runtime: '-1' is negative",
    ]
    assert counts["movies"] == Counts(created=1, failed=2)


@stores
def test_a_cell_without_which_its_row_is_used_is_told_and_not_counted(tmp_path):
    rows = [TAXI_DRIVER | {"production_countries": "['XX']"}]
    counts, lines = seeded("netflix", netflix_written(tmp_path / "titles.csv", rows))
    reason = "is not a country of ISO 3166-1; the row is used without it"
    assert lines == [f"titles.csv, line 2, column production_countries: 'XX' {reason}"]
    assert counts["movies"] == Counts(created=1)


@stores
def test_at_verbosity_0_only_problems_are_shown(tmp_path):
    paths = written(tmp_path, [movie(1, "Good"), movie(2, "Bad", budget="?")], [credit(1, "Good")])
    counts, lines = seeded("tmdb5000", *paths, verbosity=0)
    assert not counts
    assert lines == ["second.csv, line 3, column budget: '?' is not a number"]


@stores
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_says_that_nothing_was_written(tmp_path, dry_run):
    out = StringIO()
    call_command("seed", "tmdb5000", *map(str, written(tmp_path)), dry_run=dry_run, stdout=out)
    title, *_ = out.getvalue().splitlines()
    assert (title == "Nothing was written. This is what would become of the rows:") is dry_run
    assert Movie.objects.exists() is not dry_run


@stores
@pytest.mark.parametrize("name", ["tmdb5000", "netflix"])
def test_a_dry_run_tells_the_same_problems_and_counts_as_the_run_that_follows(tmp_path, name):
    if name == "tmdb5000":
        paths = written(
            tmp_path, [movie(1, "Good"), movie(2, "Bad", budget="?"), movie(3, "x" * 301)], [credit(1, "Good")]
        )
    else:
        rows = [TAXI_DRIVER, netflix_title("tm2", ""), netflix_title("tm3", "Bad", production_countries="['XX']")]
        paths = [netflix_written(tmp_path / "titles.csv", rows)]
    dry = seeded(name, "--dry-run", *paths)
    assert dry.lines
    assert not ExternalId.objects.exists()
    assert dry == seeded(name, *paths)
    assert not any(of.created or of.updated for of in seeded(name, "--dry-run", *paths).counts.values())


@stores
def test_the_table_has_a_line_of_numbers_for_each_kind_of_row():
    table = Run()
    table.counts["movies"] += Counts(created=12_345, updated=6, unchanged=7, failed=8)
    table.counts["list entries"] += Counts(unchanged=1)
    assert [line.split() for line in table.table().splitlines()] == [
        ["created", "updated", "unchanged", "failed"],
        ["movies", "12,345", "6", "7", "8"],
        ["list", "entries", "0", "0", "1", "0"],
    ]


def test_a_stage_within_a_stage_ends_alone():
    seed = Run()
    seed.bar.is_silent = False
    with seed.stage("movies", 2):
        for _ in seed.batches([1], 1, "indexes"):
            assert [stage.total for stage in seed.bar._bars] == [2, 1]
        seed.done(2)
        assert [(stage.total, stage.n) for stage in seed.bar._bars] == [(2, 2)]
    assert seed.bar._bars == []


# --- Interrupted ----------------------------------------------------------------------------------


def interrupt(monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    """Ctrl-C at the n-th write, when its rows are written and the transaction is open."""
    upsert, turns = Run.upsert, []

    def interrupting(self, rows, *args, **options):
        counts = upsert(self, rows, *args, **options)
        turns.extend(rows[:1])
        if len(turns) == turn:
            turns.append(None)
            raise KeyboardInterrupt
        return counts

    monkeypatch.setattr(Run, "upsert", interrupting)


@stores
@pytest.mark.parametrize("turn", [1, 3, 5, 6, 7, 8, 11, 16])
def test_an_interrupted_run_says_so_and_the_next_continues_it(tmp_path, monkeypatch, turn):
    films = [movie(n, f"Film {n}") for n in range(1, 7)]
    cast = [[{"id": n, "name": f"Actor {n}", "character": "", "order": 0}] for n in range(1, 7)]
    paths = written(tmp_path, films, [credit(n, f"Film {n}", cast=cast[n - 1]) for n in range(1, 7)])
    monkeypatch.setattr(run, "_TITLE_BATCH", 2)
    err = StringIO()
    with monkeypatch.context() as patch:
        interrupt(patch, turn)
        with pytest.raises(SystemExit) as end:
            call_command("seed", "tmdb5000", *map(str, paths), stderr=err)
    assert end.value.code == 130
    assert err.getvalue() == "Interrupted. What was written stays; run the same again to continue.\n"
    assert ExternalId.objects.filter(kind="movie").count() == Movie.objects.count() < 6
    assert ExternalId.objects.filter(kind="person").count() == Person.objects.count()
    seeded("tmdb5000", *paths)
    assert (Movie.objects.count(), Person.objects.count()) == (6, 7)
    assert_nothing_to_do(seeded("tmdb5000", *paths).counts)


@stores
def test_an_interrupted_run_lists_the_problems_met_so_far(tmp_path, monkeypatch):
    films = [movie(1, "Bad", budget="?"), movie(2, "x" * 301), movie(3, "Good"), movie(4, "Never reached")]
    interrupt(monkeypatch, 1)
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("seed", "tmdb5000", *map(str, written(tmp_path, films)), stderr=err)
    first, second, *_, last = err.getvalue().splitlines()
    assert first == "second.csv, line 2, column budget: '?' is not a number"
    assert second.startswith("second.csv, line 3, column title: 'xxx")
    assert second.endswith("cannot be stored: Ensure this value has at most 300 characters (it has 301).")
    assert last.startswith("Interrupted.")


# --- Before anything else -------------------------------------------------------------------------


def test_stores_that_are_not_migrated_are_told_of_in_one_line(tmp_path):
    ended = subprocess.run(
        [sys.executable, "manage.py", "seed", "demo"],
        cwd=ROOT,
        env={"VAR_DIR": str(tmp_path), "SECRET_KEY": "only for tests" * 5, "DEBUG": "true", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.endswith("not migrated. Run `python manage.py migrate_all` first.")


@stores
def test_a_run_is_a_load_with_a_progress_that_nobody_sees_here(capsys):
    first = loaded(record(), into=Run)
    assert first.counts["movies"] == Counts(created=1)
    assert is_done(loaded(record(), into=Run))
    assert capsys.readouterr().err == ""
