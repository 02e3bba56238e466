"""The real data sets, uploaded and imported through the API: as many rows of each kind as the files have."""

from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.digest import digests
from apps.catalog.models import CuratedList, ListEntry, Movie
from tests.imports import tmdb5000_files
from tests.imports.jobs import uploaded
from tests.imports.netflix_files import SHARED
from tests.seed.real import needs_netflix, needs_tmdb5000

BEST, NORMALISED = sorted(SHARED.glob("Best *.csv")), sorted(SHARED.glob("normalized/*.csv"))
VARIANTS = SHARED / "variants"
ENTRIES = {
    "best-movies-on-netflix": 387,
    "best-shows-on-netflix": 246,
    "best-movie-by-year-on-netflix": 49,
    "best-show-by-year-on-netflix": 31,
}

whole = pytest.mark.servers  # takes minutes


@pytest.fixture
def done(curator: User) -> Any:
    """Has files imported by a curator: the answer at its end."""
    client = APIClient()
    client.force_login(curator)

    def by_api(*paths: Path, **options: Any) -> dict[str, Any]:
        body = {"uploads": [str(uploaded(path, curator).pk) for path in paths], **options}
        answer = client.post("/api/v1/imports/", body)
        assert answer.status_code == 202, answer.content
        row: dict[str, Any] = client.get(answer["Location"]).json()
        assert (row["state"], row["reason"]) == ("completed", "")
        assert row["bytes"]["read"] == sum(path.stat().st_size for path in paths)
        return row

    return by_api


def outcomes(row: dict[str, Any], kind: str) -> tuple[int, ...]:
    return tuple(row["counts"][kind][name] for name in ("created", "updated", "unchanged", "rejected"))


def entries() -> dict[str, int]:
    return {one.slug: ListEntry.objects.filter(list_id=one.pk).count() for one in CuratedList.objects.all()}


@needs_netflix
def test_the_lists_however_they_are_told(done):
    row = done(*BEST)
    assert (row["dataset"], row["rows"]["read"]) == ("netflix", 387 + 246 + 49 + 31)
    assert outcomes(row, "movies") == (639, 0, 0, 0)
    assert outcomes(row, "list entries") == (713, 0, 0, 0)
    assert entries() == ENTRIES
    before = digests()
    for variant in ("noindex-bom", "trailing-comma"):
        again = done(VARIANTS / f"Best Movies Netflix.{variant}.csv")
        assert (again["rows"]["read"], again["rows"]["written"], again["rows"]["rejected"]) == (387, 0, 0)
    assert digests() == before
    tables = done(*NORMALISED)
    assert tables["rows"]["read"] == 15 + 35 + 387 + 246 + 49 + 31
    assert outcomes(tables, "movies") == (0, 0, 639, 0)
    assert [one["finding"] for one in again["findings"]] == ["trailing-separator", "index-column"]


@whole
@needs_netflix
def test_the_whole_netflix_set_and_again(done):
    files = [SHARED / "raw_titles.csv", SHARED / "raw_credits.csv", *BEST, *NORMALISED]
    row = done(*files)
    assert row["rows"]["read"] == 5_806 + 77_213 + 2 * 713 + 15 + 35
    assert outcomes(row, "movies") == (5_805, 0, 0, 1)
    assert outcomes(row, "lists") == (4, 0, 0, 0)
    assert outcomes(row, "list entries") == (713, 0, 0, 0)
    assert entries() == ENTRIES
    assert Movie.objects.filter(kind="show").count() == 2_047
    before = digests()
    again = done(*files)
    assert (again["rows"]["written"], outcomes(again, "movies")) == (0, (0, 0, 5_805, 1))
    for variant in ("noindex", "tab-separated"):
        assert done(VARIANTS / f"raw_titles.{variant}.csv")["rows"]["written"] == 0
    spoiled = done(VARIANTS / "raw_titles.crlf-intified.csv")
    assert (spoiled["rows"]["written"], spoiled["rows"]["rejected"]) == (0, 5)
    assert digests() == before


@whole
@needs_tmdb5000
def test_the_whole_tmdb_5000_set_and_again(done):
    files = sorted(tmdb5000_files.SHARED.glob("tmdb_5000_*"))
    trial, row = done(*files, dry_run=True), done(*files)
    assert (row["dataset"], row["rows"]["read"]) == ("tmdb5000", 2 * 4_803)
    assert outcomes(row, "movies") == (4_803, 0, 0, 0)
    assert trial["counts"] == row["counts"]
    again = done(*files)
    assert (again["rows"]["written"], outcomes(again, "movies")) == (0, (0, 0, 4_803, 0))
