"""Exports as files: what is in them, what is kept back, and what a run that does not end leaves behind."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from apps.catalog import services
from apps.catalog.documents import Origin
from apps.catalog.models import Collection, CuratedList, Movie, Person
from apps.curation.exporting import shelf, tasks, writing
from apps.curation.exporting.rows import KINDS
from apps.curation.jobs import export_once_a_day
from apps.insights.batches import Reader
from apps.reviews.models import Rating
from apps.reviews.services import raters_load, rating_set, ratings_load
from movieverse.leases import Holder
from tests.api.conftest import counted_queries
from tests.curation.consistency import relayed
from tests.curation.exports import exported, head, keep_exports_in, lines
from tests.factories import make_list, make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")

NIGHT = datetime(2026, 11, 21, 0, 10, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What time it is: call it with another."""

    def is_now(moment: datetime) -> None:
        monkeypatch.setattr(writing.timezone, "now", lambda: moment)

    is_now(NIGHT)
    return is_now


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> None:
    keep_exports_in(settings, tmp_path / "media")


def said_by(row: Any, source: str, *facts: str) -> None:
    """Let a source have told these facts of a row."""
    origin = Origin(source=source, at="2026-01-01T00:00:00Z")
    origins = {**row.origins, **dict.fromkeys(facts, origin)}
    type(row).objects.filter(pk=row.pk).update(origins=origins)


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path", "query", "others"),
    [
        (
            "movies",
            "movies",
            "?expand=cast,crew,images,videos,translations,alternative_titles,releases,awards,origins",
            {"genres"},
        ),
        ("people", "people", "", set()),
        ("genres", "genres", "", set()),
        ("companies", "companies", "", set()),
        ("collections", "collections", "?fields=name,overview,images,external_ids,created_at,updated_at", set()),
        ("lists", "lists", "", {"entries"}),
        (
            "reviews",
            "reviews",
            "?fields=movie,author,title,body,is_spoiler,language,helpful_count,created_at,updated_at,edited_at",
            {"movie", "author"},
        ),
    ],
)
def test_a_row_is_what_the_api_answers_but_for_what_belongs_to_others(heat, api, tmp_path, kind, path, query, others):
    rows = exported(tmp_path)[kind]
    assert rows
    for row in rows:
        shown = api.get(f"/api/v1/{path}/{row['id']}/{query}").json()
        assert list(row) == list(shown) + [name for name in row if name not in shown]
        assert {name: value for name, value in row.items() if name not in others} == {
            name: value for name, value in shown.items() if name not in others
        }


def test_of_what_belongs_to_others_the_id_is_left(heat, tmp_path):
    rows = exported(tmp_path)
    assert rows["movies"][0]["genres"] == [{"id": genre_id} for genre_id in heat.genre_ids]
    assert rows["lists"][0]["entries"] == [{"movie_id": heat.pk, "position": 1, "rank": 1, "year": None}]
    (review,) = rows["reviews"]
    assert (review["movie"], review["author"].keys()) == ({"id": heat.pk}, {"id"})
    assert b"Crime" not in b"".join(lines(tmp_path, "movies"))


def test_the_bytes_of_a_row_without_anything_of_others_are_those_of_the_api(heat, api, tmp_path):
    writing.write_export(tmp_path, Reader())
    answer = api.get(f"/api/v1/people/{heat.cast_ids[0]}/").content
    assert lines(tmp_path, "people")[0] == answer + b"\n"


def test_rows_stand_in_the_order_of_their_ids(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_BATCH", 3)
    ids = [make_movie(popularity=-number).pk for number in range(10)]
    assert [row["id"] for row in exported(tmp_path)["movies"]] == ids


def test_the_number_of_queries_is_that_of_the_batches(heat, tmp_path):
    def queries() -> int:
        with counted_queries() as numbers:
            writing.write_export(tmp_path, Reader())
        return sum(numbers.values())

    before = queries()
    for _ in range(20):
        make_list(movies=[make_movie(cast=[{"person_id": make_person().pk, "character": "A"}])])
    relayed()
    assert queries() == before


def test_the_head_says_where_to_go_on(heat, tmp_path, now):
    manifest = writing.write_export(tmp_path, Reader())
    said = head(tmp_path, "movies")
    assert said == {
        "format": "movieverse-export", "version": 1, "kind": "movies", "position": manifest["position"],
        "made_at": "2026-11-21T00:10:00Z", "restricted": False, "licences": manifest["licences"],
        "changes": ["movie", "rating_summary"],
    }  # fmt: skip
    assert manifest["position"] > 0
    assert "CC0 1.0" in {one["licence"] for one in said["licences"]}
    assert "tmdb" not in {one["source"] for one in said["licences"]}


def test_the_manifest_says_what_the_files_are(heat, tmp_path):
    writing.write_export(tmp_path, Reader())
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert [file["kind"] for file in manifest["files"]] == list(KINDS)
    for file in manifest["files"]:
        content = (tmp_path / file["file"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest())
        assert file["rows"] == len(gzip.decompress(content).splitlines()) - 1


def test_the_same_data_at_the_same_moment_makes_the_same_bytes(heat, tmp_path, now):
    made = [writing.write_export(tmp_path / name, Reader()) for name in ("one", "two")]
    assert made[0] == made[1]


# --- Licences -------------------------------------------------------------------------------------


def test_what_may_not_be_passed_on_is_blank_and_its_origin_says_so(tmp_path):
    movie = make_movie("Heat", overview="Los Angeles.", tagline="A saga", homepage="https://heat.example/")
    said_by(movie, "tmdb", "overview", "release_date")
    said_by(Movie.objects.get(), "forgotten", "homepage")
    (row,) = exported(tmp_path)["movies"]
    assert (row["title"], row["tagline"], row["overview"], row["homepage"]) == ("Heat", "A saga", "", "")
    assert (row["release_date"], row["release_year"]) == (None, None)
    assert row["origins"]["overview"]["licence"] == "TMDB API terms of use, with attribution"


def test_what_follows_from_what_may_not_be_passed_on_is_blank_as_well(heat, tmp_path):
    releases = [{"country": "US", "type": "", "date": None, "certification": "R", "note": ""}]
    heat.releases, heat.countries = releases, ["US"]
    services.movie_save(movie=heat)
    assert exported(tmp_path)["movies"][0]["certifications"] == ["US:R"]
    said_by(Movie.objects.get(), "netflix", "releases", "countries", "genre_ids")
    (row,) = exported(tmp_path)["movies"]
    blank = ("certifications", "releases", "countries", "main_country", "genres", "main_genre_id")
    assert [row[name] for name in blank] == [[], [], [], "", [], None]


@pytest.mark.parametrize(("source", "goes_out"), [("curator", 1), ("demo", 1), ("tmdb", 0), ("movielens", 0), ("x", 0)])
def test_of_a_row_whose_name_may_not_be_passed_on_nothing_goes_out(heat, tmp_path, source, goes_out):
    for model, name in ((Movie, "title"), (Person, "name"), (Collection, "name"), (CuratedList, "name")):
        for row in model.objects.all():
            said_by(row, source, name)
    rows = exported(tmp_path)
    assert {kind: bool(rows[kind]) for kind in ("movies", "people", "collections", "lists")} == dict.fromkeys(
        ("movies", "people", "collections", "lists"), bool(goes_out)
    )
    assert len(rows["genres"]) == 2
    assert len(rows["reviews"]) == 1


def test_credits_and_scores_go_out_one_by_one(heat, tmp_path):
    crew = [{**heat.crew[0], "source": "tmdb"}]
    cast = [*heat.cast, {**heat.cast[0], "character": "Somebody", "source": "netflix"}]
    scores = [{"source": "imdb", "value": 8.3, "votes": 9}, {"source": "tmdb", "value": 7.9, "votes": 8}]
    told = {"source": "tmdb", "at": "2026-01-01T00:00:00Z", "told_by": {"imdb": "demo", "tmdb": "tmdb"}}
    origins = {**heat.origins, "source_scores": told, "cast": {"source": "netflix", "at": "2026-01-01T00:00:00Z"}}
    Movie.objects.update(cast=cast, crew=crew, source_scores=scores, origins=origins)
    (row,) = exported(tmp_path)["movies"]
    assert [entry["character"] for entry in row["cast"]] == ["Hanna"]
    assert row["crew"] == []
    assert row["source_scores"] == scores[:1]


def test_a_lists_entries_and_a_persons_life_have_origins_too(heat, tmp_path):
    person = make_person("Ashley Judd", biography="Born in Granada Hills.")
    said_by(person, "tmdb", "biography")
    said_by(CuratedList.objects.get(), "netflix", "entries")
    rows = exported(tmp_path)
    assert [row["entries"] for row in rows["lists"]] == [[]]
    assert rows["people"][-1]["name"] == "Ashley Judd"
    assert rows["people"][-1]["biography"] == ""


def test_ids_at_other_sources_stay(heat, tmp_path):
    assert [one["value"] for one in exported(tmp_path)["movies"][0]["external_ids"]] == ["949"]


def test_what_ratings_come_to_goes_out_unless_raters_of_data_sets_are_among_them(heat, tmp_path):
    other = make_movie("Ronin")
    rating_set(user_id=make_user().pk, movie_id=other.pk, value=8)
    (rater,) = raters_load(source="movielens", values=["1"]).values()
    ratings_load([(rater, heat.pk, 2)])
    assert Rating.objects.filter(user_id__lt=0).count() == 1
    rated = [(row["rating_avg"], row["rating_count"]) for row in exported(tmp_path)["movies"]]
    assert rated == [(None, 0), (4.0, 1)]
    rated = [(row["rating_avg"], row["rating_count"]) for row in exported(tmp_path, restricted=True)["movies"]]
    assert rated == [(2.75, 2), (4.0, 1)]


def test_with_what_is_restricted_everything_goes_out_and_the_head_says_so(tmp_path):
    movie = make_movie("Heat", overview="Los Angeles.")
    said_by(movie, "tmdb", "title", "overview")
    (row,) = exported(tmp_path, restricted=True)["movies"]
    assert (row["title"], row["overview"]) == ("Heat", "Los Angeles.")
    said = head(tmp_path, "movies")
    assert said["restricted"] is True
    assert "tmdb" in {one["source"] for one in said["licences"]}


# --- The command ----------------------------------------------------------------------------------


def export(*arguments: str) -> str:
    out = StringIO()
    call_command("export", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_says_what_it_has_written(heat, tmp_path):
    said = export("--folder", str(tmp_path / "new" / "export"))
    assert "movies.ndjson.gz" in said
    assert "1 rows" in said
    assert lines(tmp_path / "new" / "export", "movies")
    assert export("--folder", str(tmp_path), "--quiet") == ""


def test_some_kinds_are_exported_alone(heat, tmp_path):
    export("--folder", str(tmp_path), "--kinds", "genres, lists")
    assert {path.name for path in tmp_path.iterdir()} == {"genres.ndjson.gz", "lists.ndjson.gz", "manifest.json"}


def test_a_kind_that_there_is_not_is_told_of_with_those_there_are(tmp_path):
    with pytest.raises(CommandError, match="There is no kind 'moives' for --kinds. There are movies, people"):
        export("--folder", str(tmp_path), "--kinds", "moives")


def test_a_folder_that_is_none_is_told_of(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Name another --folder"):
        export("--folder", str(tmp_path / "file"))


class _Interrupted(Reader):
    """Somebody presses Ctrl-C after the first few kinds."""

    def rows(self, rows: Any, size: int) -> Any:
        if rows.model is CuratedList:
            raise KeyboardInterrupt
        return super().rows(rows, size)


def test_an_interrupted_run_ends_and_leaves_the_export_that_was_there(heat, tmp_path, monkeypatch):
    export("--folder", str(tmp_path))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    make_movie("Ronin")
    monkeypatch.setattr("apps.curation.management.commands.export.reader", lambda quiet: _Interrupted())
    with pytest.raises(SystemExit) as ended:
        export("--folder", str(tmp_path))
    assert ended.value.code == 130
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    monkeypatch.undo()
    export("--folder", str(tmp_path))
    assert len(lines(tmp_path, "movies")) == 2


_STUCK = """
import sys, time, types
from pathlib import Path
import django; django.setup()
from apps.curation.exporting import writing

class Stuck:
    def rows(self, rows, size):
        yield [None]
        if rows.model.__name__ == "Person":
            print("stuck", flush=True)
            time.sleep(60)

writing.change_log = lambda: types.SimpleNamespace(position=1)
writing.lines_of = lambda kind, rows, restricted: [b"{}"]
writing.write_export(Path(sys.argv[1]), Stuck())
"""


def test_a_killed_run_leaves_nothing_that_looks_finished_and_the_next_one_replaces_it(heat, tmp_path):
    command = [sys.executable, "-c", _STUCK, str(tmp_path)]
    with subprocess.Popen(command, cwd=django_settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "stuck\n"
        running.kill()
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
    export("--folder", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {*(f"{kind}.ndjson.gz" for kind in KINDS), "manifest.json"}
    assert len(lines(tmp_path, "movies")) == 1


# --- By itself ------------------------------------------------------------------------------------


def test_once_a_day_one_is_made_by_itself_and_the_last_three_are_kept(heat, kept, now):
    for day in range(5):
        for hour in (0, 1, 23):
            now(NIGHT + timedelta(days=day, hours=hour))
            export_once_a_day()
    made = shelf.kept()
    assert [export["id"] for export in made] == ["2026-11-25", "2026-11-24", "2026-11-23"]
    assert [export["made_at"] for export in made] == [f"{export['id']}T00:10:00Z" for export in made]
    assert sorted(default_storage.listdir("exports")[0]) == ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert not any(export["restricted"] for export in made)


def test_what_a_run_that_died_has_left_in_the_storage_is_no_export_and_is_replaced(heat, kept, now, monkeypatch):
    save = default_storage.save

    def dies(name: str, content: Any) -> str:
        if "lists" in name:
            raise OSError("No space left.")
        return save(name, content)

    with monkeypatch.context() as broken:
        broken.setattr(default_storage._wrapped, "save", dies)
        with pytest.raises(OSError, match="No space"):
            shelf.make(Reader())
    assert shelf.kept() == []
    assert shelf.is_due()
    shelf.make(Reader())
    (made,) = shelf.kept()
    assert sorted(default_storage.listdir("exports/2026-11-21")[1]) == sorted(
        [*(file["file"] for file in made["files"]), "manifest.json"]
    )


def test_while_one_is_made_there_is_no_other(heat, kept):
    with Holder() as somebody_else:
        assert somebody_else.take("export", timedelta(minutes=1))
        tasks.make_export.call()
        assert shelf.kept() == []
    tasks.make_export.call()
    assert len(shelf.kept()) == 1
