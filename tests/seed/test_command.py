from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.catalog import loading
from apps.catalog.models import ExternalId, Movie, Person
from tests.imports.tmdb5000_files import credit, movie, written
from tests.seed.seeding import seeded

pytestmark = pytest.mark.usefixtures("stores")


def test_alone_it_prints_its_help():
    out = StringIO()
    call_command("seed", stdout=out)
    assert "tmdb5000" in out.getvalue()
    assert "demo" in out.getvalue()


def test_files_that_cannot_be_used_end_it_in_one_line_with_nothing_written(tmp_path):
    paths = written(tmp_path)
    with pytest.raises(CommandError, match=r"The table of movies is missing .* both files are needed\.$"):
        seeded("tmdb5000", paths[0])
    assert not Movie.objects.exists()


def test_at_verbosity_0_only_problems_are_shown(tmp_path):
    paths = written(tmp_path, [movie(1, "Good"), movie(2, "Bad", budget="?")])
    counts, lines = seeded("tmdb5000", *paths, verbosity=0)
    assert not counts
    assert lines[0] == "second.csv, line 3, column budget: '?' is not a number"


class _Interrupting:
    """Ctrl-C at the n-th writing of external ids, when their rows are written and the transaction is open."""

    def __init__(self, write, turn: int) -> None:
        self.write, self.turn = write, turn

    def __call__(self, *args):
        self.turn -= 1
        if self.turn == 0:
            raise KeyboardInterrupt
        return self.write(*args)


@pytest.mark.parametrize("turn", [1, 2, 3, 5, 6, 7])
def test_an_interrupted_run_is_continued_by_the_next(tmp_path, monkeypatch, turn):
    films = [movie(n, f"Film {n}") for n in range(1, 7)]
    cast = [[{"id": n, "name": f"Actor {n}", "character": "", "order": 0}] for n in range(1, 7)]
    paths = written(tmp_path, films, [credit(n, f"Film {n}", cast=cast[n - 1]) for n in range(1, 7)])
    monkeypatch.setattr("seed.tmdb5000.FILM_BATCH", 2)
    write = loading._write_external_ids
    monkeypatch.setattr(loading, "_write_external_ids", _Interrupting(write, turn))
    err = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("seed", "tmdb5000", *map(str, paths), stderr=err)
    assert end.value.code == 130
    assert err.getvalue() == "Interrupted. What was written stays; run the same again to continue.\n"
    assert ExternalId.objects.filter(kind="movie").count() == Movie.objects.count() < 6
    assert ExternalId.objects.filter(kind="person").count() == Person.objects.count()

    monkeypatch.setattr(loading, "_write_external_ids", write)
    seeded("tmdb5000", *paths)
    assert (Movie.objects.count(), Person.objects.count()) == (6, 7)


def test_an_interrupted_run_lists_the_problems_met_so_far(tmp_path, monkeypatch):
    films = [movie(1, "Bad", budget="?"), movie(2, "\0"), movie(3, "Good"), movie(4, "Never reached")]
    monkeypatch.setattr("seed.tmdb5000.FILM_BATCH", 2)
    monkeypatch.setattr(loading, "_write_external_ids", _Interrupting(None, 1))
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("seed", "tmdb5000", *map(str, written(tmp_path, films)), stderr=err)
    first, second, *_, last = err.getvalue().splitlines()
    assert first == "second.csv, line 2, column budget: '?' is not a number"
    assert second.startswith("second.csv, line 3, column title: '\\x00' cannot be stored: It has the character U+0000")
    assert last.startswith("Interrupted.")
