"""Which titles a run is about: files of ids, exports, changes, and one title by itself."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from apps.catalog.models import Movie
from apps.imports.services.tmdb import fetch_movie
from apps.imports.tmdb import feeds, run
from apps.imports.tmdb.client import TmdbError
from apps.imports.tmdb.feeds import windows
from movieverse.bulk import Counts
from tests.catalog.loads import known_as, movie_of, person_of
from tests.catalog.loads import tmdb as tmdb_id
from tests.factories import make_movie, make_person
from tests.seed.seeding import assert_nothing_to_do, seeded
from tests.tmdb import bodies
from tests.tmdb.server import PAGE, Asked, Tmdb, error
from tests.tmdb.test_seeding import ids_file

pytestmark = pytest.mark.usefixtures("stores")
TODAY = datetime.now(UTC).date()


def exported(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


def film_row(number: int, popularity: Any) -> dict[str, Any]:
    title = f"Film {number}"
    return {"adult": False, "id": number, "original_title": title, "popularity": popularity, "video": False}


# --- Files ----------------------------------------------------------------------------------------


def test_a_file_of_ids_may_name_films_shows_and_people_and_say_things_twice(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", bodies.movie(1, "One"), bodies.movie(2, "Two"))
    tmdb.has("tv", bodies.show())
    tmdb.has("person", bodies.person())
    path = ids_file(tmp_path, 1, "movie/2  # a film", "", "# nothing", "tv/1396", "person/1158", "1", "0", "tt0113277")
    counts, lines = seeded("tmdb", "--ids", path)
    assert counts["movies"] == Counts(created=3, failed=2)
    assert person_of(tmdb_id(1158)).biography == "An actor."
    assert lines == [
        f"ids.txt, line {line}, column id: {text!r} is no id: write 603, movie/603, tv/1396 or person/62"
        for line, text in ((8, "0"), (9, "tt0113277"))
    ]
    assert max(tmdb.times().values()) == 1


def test_of_an_export_the_most_popular_ones_are_loaded(tmdb: Tmdb, tmp_path):
    tmdb.has("movie", *(bodies.movie(number, f"Film {number}") for number in range(1, 10)))
    rows = [film_row(number, popularity) for number, popularity in enumerate((5, 1, "9", None, 7, 2), 1)]
    path = exported(tmp_path / "movie_ids.json.gz", [*rows, "{broken", '"text"', {"id": 7}, ""])
    counts, lines = seeded("tmdb", "--export", path, "--limit", 3)
    assert sorted(movie.title for movie in Movie.objects.all()) == ["Film 1", "Film 3", "Film 5"]
    assert (counts["movies"].created, counts["movies"].failed) == (3, 3)
    assert lines[0] == (
        "movie_ids.json.gz, line 7, column line: '{broken' is no line of an export of films, shows or people"
    )
    assert seeded("tmdb", "--export", path).created()["movies"] == 3


def test_exports_of_shows_and_people_are_told_by_their_rows(tmdb: Tmdb, tmp_path):
    tmdb.has("tv", bodies.show())
    tmdb.has("person", bodies.person())
    rows = [
        {"id": 1396, "original_name": "Breaking Bad", "popularity": 9},
        {"id": 1158, "name": "Al Pacino", "popularity": 9},
    ]
    counts = seeded("tmdb", "--export", exported(tmp_path / "ids.gz", rows)).counts
    assert counts["movies"] == Counts(created=1)
    assert person_of(tmdb_id(1158)).biography == "An actor."


@pytest.mark.parametrize(
    ("content", "reason"),
    [(gzip.compress(b"1\n" * 9999)[:-9], "damaged gzip"), (b"\xff\xfa", "not UTF-8")],
    ids=["cut", "no text"],
)
@pytest.mark.parametrize("option", ["--ids", "--export"])
def test_a_file_that_cannot_be_read_ends_the_run_with_nothing_loaded(tmdb: Tmdb, tmp_path, content, reason, option):
    path = tmp_path / "ids"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        seeded("tmdb", option, path)
    assert not Movie.objects.exists()
    assert not list((tmp_path / "tmdb").glob("*.jsonl"))


# --- Changes --------------------------------------------------------------------------------------


def spans(tmdb: Tmdb, kind: str) -> list[tuple[str, str]]:
    asked = [one.parameters for one in tmdb.asked if one.path == f"{kind}/changes"]
    return [(one["start_date"], one["end_date"]) for one in asked if one["page"] == "1"]


@pytest.fixture
def followed(tmdb: Tmdb) -> Tmdb:
    """A TMDB in which things have changed, some of which are here."""
    known_as("movie", tmdb_id(1), make_movie("Film 1"))
    known_as("movie", tmdb_id(2), make_movie("Film 2"))
    known_as("person", tmdb_id(1158), make_person("Al Pacino"))
    tmdb.has("movie", *(bodies.movie(number, f"Film {number}", runtime=100) for number in range(1, 60)))
    tmdb.has("person", bodies.person())
    others = range(10, 10 + 2 * PAGE)
    tmdb.lists = {"movie/changes": [*others, 1], "tv/changes": [2], "person/changes": [1158, 7]}
    return tmdb


def test_of_what_has_changed_that_which_is_here_is_brought_up_to_date(followed: Tmdb):
    since = TODAY - timedelta(days=30)
    counts = seeded("tmdb", "--changes", "--since", since).counts
    assert (counts["movies"], person_of(tmdb_id(1158)).biography) == (Counts(updated=1), "An actor.")
    assert sorted(path for path in followed.paths() if "changes" not in path) == ["movie/1", "person/1158"]
    for kind in ("movie", "tv", "person"):
        found = [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in spans(followed, kind)]
        assert (found[0][0], found[-1][1]) == (since, TODAY)
        assert all((end - start).days <= 13 for start, end in found)
        assert all(earlier[1] == later[0] for earlier, later in pairwise(found))


def test_the_next_time_goes_on_where_the_last_one_ended(followed: Tmdb):
    seeded("tmdb", "--changes", "--since", TODAY - timedelta(days=3))
    followed.asked.clear()
    assert_nothing_to_do(seeded("tmdb", "--changes").counts)
    assert spans(followed, "movie") == [(TODAY.isoformat(), TODAY.isoformat())]


def test_a_dry_run_of_changes_is_not_taken_for_one(followed: Tmdb):
    seeded("tmdb", "--changes", "--since", TODAY, "--dry-run")
    with pytest.raises(CommandError, match="Since when"):
        seeded("tmdb", "--changes")
    assert movie_of(tmdb_id(1)).runtime != 100


def test_what_could_not_be_had_is_asked_for_again_the_next_time(followed: Tmdb):
    followed.always["movie/1"] = error(500)
    seeded("tmdb", "--changes", "--since", TODAY)
    followed.always.clear()
    followed.lists["movie/changes"] = []
    assert seeded("tmdb", "--changes").counts["movies"] == Counts(updated=1)
    assert movie_of(tmdb_id(1)).runtime == 100
    followed.asked.clear()
    seeded("tmdb", "--changes")
    assert "movie/1" not in followed.paths()


def test_a_list_of_changes_that_cannot_be_had_ends_the_run_and_nothing_is_taken_for_followed(followed: Tmdb):
    followed.always["tv/changes"] = error(500)
    with pytest.raises(CommandError, match=r"^TMDB tv/changes, page 1 cannot be had: .* status 500, 5 times"):
        seeded("tmdb", "--changes", "--since", TODAY)
    with pytest.raises(CommandError, match="Since when"):
        seeded("tmdb", "--changes")


def test_of_a_time_with_too_many_changes_each_half_is_asked_for(followed: Tmdb, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_PAGES", 2)
    pages = followed._page

    def of_a_day(asked: Asked) -> dict[str, Any]:
        start, end = (date.fromisoformat(asked.parameters[name]) for name in ("start_date", "end_date"))
        return pages(asked) if (end - start).days < 2 else {"total_pages": 3, "results": [{"id": 5}]}

    followed.lists["movie/changes"] = [9, 1]
    monkeypatch.setattr(followed, "_page", of_a_day)
    seeded("tmdb", "--changes", "--since", TODAY - timedelta(days=6))
    assert movie_of(tmdb_id(1)).runtime == 100
    asked = [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in spans(followed, "movie")]
    read = [(start, end) for start, end in asked if (end - start).days < 2]
    assert (read[0][0], read[-1][1]) == (TODAY - timedelta(days=6), TODAY)
    assert all(earlier[1] == later[0] for earlier, later in pairwise(read))


def test_more_changes_of_a_day_than_can_be_had_end_the_run(followed: Tmdb, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_PAGES", 2)
    with pytest.raises(CommandError, match=r"^TMDB movie/changes from .* has more pages than TMDB gives\.$"):
        seeded("tmdb", "--changes", "--since", TODAY)


def test_windows_of_one_day_and_of_a_year():
    assert list(windows(TODAY, TODAY)) == [(TODAY, TODAY)]
    year = list(windows(TODAY - timedelta(days=365), TODAY))
    assert sum((end - start).days for start, end in year) == 365


# --- Memory, and one title by itself --------------------------------------------------------------


def test_what_a_long_run_remembers_of_people_is_forgotten_and_looked_up_again(tmdb: Tmdb, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 5)
    monkeypatch.setattr("apps.imports.tmdb.loading.MOST_REMEMBERED", 2)
    tmdb.has("movie", *(bodies.movie(number, f"Film {number}") for number in range(1, 21)))
    path = ids_file(tmp_path, *range(1, 21))
    assert seeded("tmdb", "--ids", path).created() | {"external ids": 0} == {
        "movies": 20,
        "people": 3,
        "genres": 2,
        "companies": 1,
        "external ids": 0,
    }
    assert_nothing_to_do(seeded("tmdb", "--ids", path).counts)


def test_one_title_can_be_fetched_by_itself(tmdb: Tmdb):
    tmdb.has("movie", bodies.movie(1, "One"))
    tmdb.has("tv", bodies.show())
    assert fetch_movie(tmdb_id=1).counts["movies"] == Counts(created=1)
    assert fetch_movie(tmdb_id=1).counts["movies"] == Counts(unchanged=1)
    assert fetch_movie(tmdb_id=1396, is_show=True).counts["movies"] == Counts(created=1)
    with pytest.raises(TmdbError, match=r"^TMDB movie/2: TMDB has no such id"):
        fetch_movie(tmdb_id=2)
    tmdb.has("movie", bodies.movie(1, ""))
    with pytest.raises(TmdbError, match=r"^TMDB movie/1 \(One\): skipped, title"):
        fetch_movie(tmdb_id=1)
