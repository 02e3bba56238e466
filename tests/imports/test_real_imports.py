"""The real data sets, uploaded and imported through the API: as many rows of each kind as the files have."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.catalog.digest import digests
from apps.catalog.models import CuratedList, ExternalId, ListEntry, Movie
from apps.reviews.models import Rating, Tag
from tests.imports import tmdb5000_files
from tests.imports.movielens_files import SHARED as MOVIELENS
from tests.imports.netflix_files import SHARED
from tests.imports.tus import begun, patch, upload_at
from tests.seed.real import needs_movielens, needs_netflix, needs_tmdb5000

BEST, NORMALISED = sorted(SHARED.glob("Best *.csv")), sorted(SHARED.glob("normalized/*.csv"))
VARIANTS = SHARED / "variants"
PIECE = 1 << 20  # bytes
ENTRIES = {
    "best-movies-on-netflix": 387,
    "best-shows-on-netflix": 246,
    "best-movie-by-year-on-netflix": 49,
    "best-show-by-year-on-netflix": 31,
}

whole = pytest.mark.servers  # takes minutes


@pytest.fixture
def done(desk: APIClient) -> Any:
    """Has a curator upload files and ask for an import of them: the answer at its end."""

    def by_api(*paths: Path, **options: Any) -> dict[str, Any]:
        answer = desk.post("/api/v1/imports/", {"uploads": [sent(desk, path) for path in paths], **options})
        assert answer.status_code == 202, answer.content
        row: dict[str, Any] = desk.get(answer["Location"]).json()
        assert (row["state"], row["reason"]) == ("completed", "")
        assert row["bytes"]["read"] == sum(path.stat().st_size for path in paths)
        return row

    return by_api


def sent(client: APIClient, path: Path) -> str:
    """The id of the upload of a file, which has come piece by piece."""
    data = path.read_bytes()
    url = begun(client, len(data), Upload_Metadata=f"filename {b64encode(path.name.encode()).decode()}")
    for offset in range(0, len(data), PIECE):
        assert patch(client, url, offset, data[offset : offset + PIECE]).status_code == 204
    return str(upload_at(url).pk)


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


@whole
@needs_movielens
def test_the_whole_small_movielens_set_and_again_and_with_another_rating(done, tmp_path):
    files = [MOVIELENS / f"{name}.csv" for name in ("movies", "ratings", "tags", "links")]
    row = done(*files)
    assert (row["dataset"], row["rows"]["read"], row["rows"]["rejected"]) == ("movielens", 9_742 + 100_836 + 3_683, 0)
    assert outcomes(row, "movies") == (9_742, 0, 0, 0)
    assert outcomes(row, "ratings") == (100_836, 0, 0, 0)
    assert outcomes(row, "tags") == (3_678, 0, 5, 0)  # “film noir” and “film-noir” of one user are the same
    assert (Rating.shown.count(), Tag.shown.count()) == (100_836, 3_678)
    assert films_lack() == {"year": 13 - 1, "genres": 34, "tmdb": 8 + 1}  # a year is 2006–2007; an id is used twice
    again = done(*files)
    assert (again["rows"]["written"], again["rows"]["rejected"]) == (0, 0)
    assert (outcomes(again, "ratings"), outcomes(again, "tags")) == ((0, 0, 100_836, 0), (0, 0, 3_683, 0))
    changed = tmp_path / "ratings.csv"
    changed.write_bytes((MOVIELENS / "ratings.csv").read_bytes().replace(b"\n1,1,4.0,", b"\n1,1,4.5,"))
    one_other = done(changed)
    assert (one_other["rows"]["written"], outcomes(one_other, "ratings")) == (1, (0, 1, 100_835, 0))


def films_lack() -> dict[str, int]:
    """Of how many films these are not known."""
    films = list(Movie.objects.values_list("release_year", "genre_ids"))
    known = ExternalId.objects.filter(kind="movie", source="tmdb").count()
    years, genres = (sum(not value for value in values) for values in zip(*films, strict=True))
    return {"year": years, "genres": genres, "tmdb": len(films) - known}
