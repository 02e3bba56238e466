"""Bodies that TMDB's API really has answered."""

import json
import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from apps.catalog.models import Collection, ExternalId, Movie
from apps.insights.batches import reader
from apps.insights.soundness import findings
from tests.catalog.loads import credited, ids_of, movie_of, person_of
from tests.catalog.loads import tmdb as tmdb_id
from tests.seed.seeding import seeded
from tests.tmdb.server import CUT, HANG_UP, HTML, Fault, Tmdb, error
from tests.tmdb.test_seeding import ids_file

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "tmdb-api"
MISSING = "needs the bodies of TMDB's API in ../shared/data/tmdb-api"

pytestmark = [
    pytest.mark.usefixtures("stores"),
    pytest.mark.skipif(not SHARED.exists(), reason=MISSING),
]

# A file of a row, or of a part of one: tv_1396_content_ratings.json.
_OF_A_ROW = re.compile(r"(movie|tv|person|collection)_(\d+)(?:_([a-z_]+))?(?:__append_to_response=.*)?\.json")
# Some have names of their own.
_WITH_ALL = {
    "ceg_movie_12313__append_all.json": "movie/12313",
    "ceg_tv_1399__append.json": "tv/1399",
    "moviebase_movie_10140__append.json": "movie/10140",
    "moviebase_person_11701__append_all.json": "person/11701",
}
PASSING = [error(429, Retry_After="0"), error(500), error(503), HTML, CUT, HANG_UP, Fault(body=b'{"id": ')]


@cache
def recorded() -> dict[str, Any]:
    """Body by path; a row's parts are joined to it by the server."""
    found = {f"movie/{path.stem.removeprefix('movie_')}": _read(path) for path in SHARED.glob("movie-details/*.json")}
    for path in sorted((SHARED / "recorded").glob("*.json")):
        if match := _OF_A_ROW.fullmatch(path.name):
            found["/".join(part for part in match.groups() if part)] = _read(path)
    found |= {at: _read(SHARED / "recorded" / name) for name, at in _WITH_ALL.items()}
    return found | {"configuration": _read(SHARED / "recorded" / "configuration.json")}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def rows(kind: str) -> dict[str, str]:
    """{id: path} of what there are bodies of."""
    return {path.split("/")[1]: path for path in recorded() if re.fullmatch(rf"{kind}/\d+", path)}


@pytest.fixture
def replayed(tmdb: Tmdb) -> Tmdb:
    tmdb.bodies = dict(recorded())
    return tmdb


def test_all_recorded_bodies_are_loaded_whatever_passes_in_between_and_a_second_run_finds_nothing(replayed, tmp_path):
    draw = Random(1)
    paths = [path for kind in ("movie", "tv", "person") for path in rows(kind).values()]
    replayed.faults |= {path: draw.choices(PASSING, k=3) for path in draw.sample(paths, 40)}
    run = seeded("tmdb", "--ids", ids_file(tmp_path, *paths, "movie/999999999", "tv/999999999"))
    skipped = [line for line in run.lines if "collection" not in line and "used without it" not in line]
    assert [line.partition(":")[0] for line in skipped] == ["TMDB movie/999999999", "TMDB tv/999999999"]
    for source, kind in (("tmdb", "movie"), ("tmdb-tv", "tv")):
        stored = ExternalId.objects.filter(kind="movie", source=source).values_list("value", flat=True)
        assert set(stored) == rows(kind).keys()
    assert Movie.objects.count() == len(rows("movie")) + len(rows("tv"))
    assert [str(finding) for finding in findings(reader(quiet=True))] == []
    again = seeded("tmdb", "--ids", ids_file(tmp_path, *paths)).counts
    assert [(kind, of) for kind, of in again.items() if of.created or of.updated] == []
    assert {kind for kind, of in again.items() if of.failed} == {"collections"}  # most of which were not recorded


def test_what_a_body_says_is_what_is_stored(replayed: Tmdb, tmp_path):
    seeded("tmdb", "--ids", ids_file(tmp_path, "movie/10140", "tv/1396", "person/11701", "movie/47964"))
    narnia, breaking_bad, die_hard = (movie_of(one) for one in (tmdb_id(10140), _tv(1396), tmdb_id(47964)))
    assert (narnia.release_day, narnia.runtime, narnia.budget) == (20101202, 113, 155_000_000)
    assert (len(narnia.cast), credited(narnia)[0]) == (40, "Georgie Henley")
    assert "KR:ALL" in narnia.certifications
    assert narnia.images[0]["path"] == "/pP27zlm9yeKrCeDZLFLP2HKELot.jpg"
    assert Collection.objects.get(pk=narnia.collection_id).name == "The Chronicles of Narnia Collection"
    assert ids_of("movie", narnia) == {"tmdb:10140", "imdb:tt0980970"}
    assert (breaking_bad.season_count, breaking_bad.episode_count) == (5, 62)
    assert credited(breaking_bad)[:2] == ["Bryan Cranston", "Aaron Paul"]
    assert "US:TV-MA" in breaking_bad.certifications
    assert len(die_hard.translations) > 10
    assert person_of(tmdb_id(11701)).birth_place == "Los Angeles, California, USA"


def _tv(number: int) -> Any:
    return tmdb_id(number)._replace(source="tmdb-tv")


def test_lists_as_tmdb_answers_them_are_read(replayed: Tmdb):
    for path, name in (
        ("movie/popular", "movie_popular__page=1.json"),
        ("trending/movie/week", "trending_movie_week.json"),
        ("movie/changes", "movie_changes__page=1.json"),
    ):
        replayed.lists.pop(path, None)
        replayed.bodies[path] = _read(SHARED / "recorded" / name) | {"total_pages": 1}
    wanted = {str(row["id"]) for row in replayed.bodies["movie/popular"]["results"][:10]}
    lines = seeded("tmdb", "--popular", 10).lines
    assert {path.removeprefix("movie/") for path in replayed.paths() if re.fullmatch(r"movie/\d+", path)} == wanted
    assert len([line for line in lines if "TMDB has no such id" in line and "movie/" in line]) == len(
        wanted - rows("movie").keys()
    )
