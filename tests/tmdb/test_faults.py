"""A TMDB that answers badly, a process that is killed: nothing is lost, and everything is told."""

from typing import Any

import pytest
from django.core.management import CommandError

from apps.catalog.models import ExternalId, Movie
from apps.imports.tmdb import loading, run
from movieverse.bulk import Counts
from movieverse.exceptions import StoreUnavailable
from tests.catalog.loads import known_as, movie_of
from tests.catalog.loads import tmdb as tmdb_id
from tests.factories import make_movie
from tests.seed.seeding import seeded
from tests.tmdb import bodies
from tests.tmdb.server import CUT, HANG_UP, HTML, Fault, Tmdb, error
from tests.tmdb.test_seeding import ids_file

stores = pytest.mark.usefixtures("stores")
GONE = "TMDB has no such id (any more); what is here stays as it is"


def films(*numbers: int) -> list[dict[str, Any]]:
    return [bodies.movie(number, f"Film {number}") for number in numbers]


# --- A TMDB that answers badly --------------------------------------------------------------------


@stores
def test_one_bad_film_never_stops_the_rest_and_each_is_listed_with_its_reason(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", *films(*range(1, 21)))
    tmdb.has("movie", bodies.movie(8, 7), bodies.movie(10, "Ten", runtime="?"))
    tmdb.bodies["movie/9"] = bodies.movie(10**30, "Nine")
    tmdb.faults |= {"movie/1": [error(429, Retry_After="0")] * 3, "movie/2": [CUT, HTML], "movie/3": [HANG_UP]}
    tmdb.always |= {"movie/4": error(500), "movie/5": HTML, "movie/6": error(404), "movie/7": Fault(body=b"[1]")}
    counts, lines = seeded("tmdb", "--ids", ids_file(tmp_path, *range(1, 21)))
    assert sorted(lines) == [
        "TMDB movie/10 (Ten), column runtime: '?' is not a number; the row is used without it",
        "TMDB movie/4: skipped, TMDB answered with status 500, 5 times",
        "TMDB movie/5: skipped, TMDB's answer is not JSON, or a part of it, 5 times",
        f"TMDB movie/6: {GONE}",
        "TMDB movie/7: skipped, TMDB's answer is no JSON object",
        "TMDB movie/8: skipped, title: '7' is no text of up to 300 characters",
        f"TMDB movie/9: skipped, id: '{10**30}' is not the 9 that was asked for",
    ]
    assert counts["movies"] == Counts(created=14, failed=6)
    stored = ExternalId.objects.filter(kind="movie", source="tmdb").values_list("value", flat=True)
    assert set(stored) == {str(number) for number in range(1, 21)} - {"4", "5", "6", "7", "8", "9"}


@stores
def test_what_is_skipped_is_told_by_its_name_where_a_list_or_the_catalogue_knows_it(tmdb: Tmdb, tmp_path):
    tmdb.lists["movie/popular"] = [{"id": 1, "title": "One"}]
    known_as("movie", tmdb_id(2), make_movie("Two"))
    lines = seeded("tmdb", "--popular", 1, "--ids", ids_file(tmp_path, 2)).lines
    assert lines == [f"TMDB movie/2 (Two): {GONE}", f"TMDB movie/1 (One): {GONE}"]
    assert movie_of(tmdb_id(2)).title == "Two"


@stores
def test_a_value_that_no_store_could_hold_costs_its_field_not_the_film(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie(1, "One", homepage="http://a_b.example:99999/"))
    counts, (line,) = seeded("tmdb", "--ids", ids_file(tmp_path, 1))
    assert line.startswith("TMDB movie/1 (One), column homepage: 'http://a_b.example:99999/' cannot be stored: ")
    assert line.endswith("; the row is used without it")
    assert counts["movies"] == Counts(created=1)


@stores
def test_a_collection_that_cannot_be_had_costs_its_films_nothing(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie(1, "One", belongs_to_collection={"id": 7, "name": "Ones"}))
    counts, lines = seeded("tmdb", "--ids", ids_file(tmp_path, 1))
    assert lines == [f"TMDB collection/7 (Ones): {GONE}"]
    assert (counts["movies"], counts["collections"]) == (Counts(created=1), Counts(created=1, failed=1))


@stores
def test_a_refusal_ends_the_run_at_once(tmdb: Tmdb, tmp_path, settings):
    settings.TMDB_TOKEN = "wrong"
    with pytest.raises(CommandError, match=r"^TMDB refuses the token of TMDB_TOKEN: "):
        seeded("tmdb", "--ids", ids_file(tmp_path, *range(1, 300)))
    assert len(tmdb.asked) == 1


@stores
def test_a_refusal_in_between_keeps_what_was_loaded_and_asks_no_more(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", *films(*range(1, 300)))
    tmdb.always["movie/150"] = error(401)
    with pytest.raises(CommandError, match=r"^TMDB refuses the token of TMDB_TOKEN: "):
        seeded("tmdb", "--ids", ids_file(tmp_path, *range(1, 300)))
    assert Movie.objects.count() == 100
    assert len(tmdb.asked) < 200


@stores
def test_a_tmdb_that_is_down_ends_the_run_and_the_next_one_goes_on_there(tmdb: Tmdb, tmp_path, monkeypatch):
    for module in (loading, run):
        monkeypatch.setattr(module, "BATCH", 4)
    tmdb.has("movie", *films(*range(1, 10)))
    tmdb.always |= {f"movie/{number}": error(503) for number in range(5, 9)}
    path = ids_file(tmp_path, *range(1, 10))
    with pytest.raises(
        CommandError, match=r"^Nothing of 4 could be had \(.* 503, 5 times\)\. Run the same again to go on"
    ):
        seeded("tmdb", "--ids", path)
    assert Movie.objects.count() == 4
    tmdb.always.clear()
    tmdb.asked.clear()
    lines = seeded("tmdb", "--ids", path).lines
    assert lines == ["Going on where an earlier run was: 4 of 9 are done. (--restart begins anew.)"]
    assert sorted(tmdb.paths()) == [f"movie/{number}" for number in range(5, 10)]
    assert Movie.objects.count() == 9


# --- A run that is broken off ---------------------------------------------------------------------


@stores
def test_an_interrupted_run_goes_on_where_it_was_and_tells_of_what_was_skipped_before(tmdb, tmp_path, monkeypatch):
    for module in (loading, run):
        monkeypatch.setattr(module, "BATCH", 3)
    tmdb.has("movie", *films(*range(2, 10)))
    path = ids_file(tmp_path, *range(1, 10), "nonsense")
    interrupted(monkeypatch, 2, "--ids", path)
    assert Movie.objects.count() == 5
    (checkpoint,) = (tmp_path / "tmdb").glob("*.jsonl")
    checkpoint.write_bytes(checkpoint.read_bytes() + b'{"done": 9, "unans')  # as a machine leaves it that stops here
    tmdb.asked.clear()
    lines = seeded("tmdb", "--ids", path).lines
    assert lines == [
        "ids.txt, line 10, column id: 'nonsense' is no id: write 603, movie/603, tv/1396 or person/62",
        f"TMDB movie/1: {GONE}",
        "Going on where an earlier run was: 6 of 9 are done. (--restart begins anew.)",
    ]
    assert sorted(tmdb.paths()) == ["movie/7", "movie/8", "movie/9"]
    assert Movie.objects.count() == 8
    assert not list((tmp_path / "tmdb").glob("*.jsonl"))


@stores
def test_a_run_that_was_killed_at_its_very_end_is_over(tmdb: Tmdb, monkeypatch):
    tmdb.has("movie", *films(1, 2))
    tmdb.lists["movie/popular"] = [1]
    interrupted(monkeypatch, 1, "--popular", 1)
    tmdb.lists["movie/popular"] = [2]
    seeded("tmdb", "--popular", 1)
    assert set(Movie.objects.values_list("title", flat=True)) == {"Film 1", "Film 2"}


def interrupted(monkeypatch: pytest.MonkeyPatch, turn: int, *args: Any) -> None:
    """A run that Ctrl-C ends when its n-th batch has just been noted."""
    advance, turns = run.Checkpoint.advance, []

    def interrupting(*args: Any) -> None:
        advance(*args)
        turns.append(args)
        if len(turns) == turn:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run.Checkpoint, "advance", interrupting)
        with pytest.raises(SystemExit):
            seeded("tmdb", *args)


@stores
def test_restart_and_other_options_and_other_files_begin_anew(tmdb: Tmdb, tmp_path, monkeypatch):
    for module in (loading, run):
        monkeypatch.setattr(module, "BATCH", 1)
    tmdb.has("movie", *films(1, 2, 3))
    path = ids_file(tmp_path, 1, 2, 3)
    for args, fetched in (
        (["--restart"], ["1", "2", "3"]),
        (["--language", "de-DE"], ["1", "2", "3"]),
        (["--dry-run"], ["1", "2", "3"]),
        ([], ["2", "3"]),
    ):
        interrupted(monkeypatch, 1, "--ids", path, "--restart")
        tmdb.asked.clear()
        seeded("tmdb", "--ids", path, *args)
        assert sorted(tmdb.paths()) == [f"movie/{number}" for number in fetched], args
    path.write_text("3\n")
    tmdb.asked.clear()
    assert seeded("tmdb", "--ids", path).lines == []
    assert tmdb.paths() == ["movie/3"]


@stores
def test_a_checkpoint_that_says_nothing_is_told_of_with_its_remedy(tmdb: Tmdb, tmp_path, monkeypatch):
    tmdb.has("movie", *films(1))
    path = ids_file(tmp_path, 1)
    monkeypatch.setattr(run.Checkpoint, "remove", lambda self: self.path.write_text("nonsense\n"))
    seeded("tmdb", "--ids", path)
    with pytest.raises(CommandError, match=r"does not say how far a run has come\. Begin anew with --restart\.$"):
        seeded("tmdb", "--ids", path)
    monkeypatch.undo()


@stores
def test_two_runs_at_once_are_one_too_many(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", *films(1))
    with run.alone(), pytest.raises(CommandError, match=r"^Another `seed tmdb` is at work here\."):
        seeded("tmdb", "--ids", ids_file(tmp_path, 1))


@stores
def test_a_catalogue_that_is_away_for_a_moment_is_waited_for_and_nothing_counted_twice(tmdb, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "PAUSE", 0.01)
    tmdb.has("movie", *films(1, 2))
    load_people, away = loading.load_people, [StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "gone")]

    def load(*args: Any) -> None:
        if away:
            raise away.pop()
        load_people(*args)

    monkeypatch.setattr(loading, "load_people", load)
    counts, lines = seeded("tmdb", "--ids", ids_file(tmp_path, 1, 2, 3))
    assert counts["movies"] == Counts(unchanged=2, failed=1)  # they were written the first time
    assert lines[0] == f"TMDB movie/3: {GONE}"
    assert lines[1].startswith("The catalog store does not answer (gone).")
    assert len(lines) == 2


@stores
def test_a_catalogue_that_stays_away_ends_the_run(tmdb: Tmdb, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "PATIENCE", 0)
    tmdb.has("movie", *films(1))

    def away(*args: Any) -> None:
        raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "gone")

    monkeypatch.setattr(loading, "load_people", away)
    with pytest.raises(StoreUnavailable):
        seeded("tmdb", "--ids", ids_file(tmp_path, 1))
    assert len(list((tmp_path / "tmdb").glob("*.jsonl"))) == 1
