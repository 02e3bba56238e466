"""Seeding the Netflix data set: small files, and samples of the real ones in all their variants."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from apps.catalog.digest import digests
from apps.catalog.models import CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from movieverse.bulk import Counts
from tests.catalog.loads import credited, ids_of, imdb, known_as, movie_of, netflix, titles_of
from tests.factories import make_movie
from tests.imports.netflix_files import (
    BEST_MOVIE,
    BEST_SHOW,
    COUNTRIES,
    DE_NIRO,
    GENRES,
    MOVIE_OF_THE_YEAR,
    OUR_PLANET,
    SHARED,
    TAXI_DRIVER,
    normalised,
    title,
    written,
)
from tests.seed.real import needs_netflix
from tests.seed.seeding import assert_nothing_to_do, seeded

pytestmark = pytest.mark.usefixtures("stores")


def files(folder: Path) -> list[Path]:
    return [
        written(folder / "titles.csv", [TAXI_DRIVER, OUR_PLANET]),
        written(
            folder / "credits.csv",
            [DE_NIRO, DE_NIRO | {"person_id": "3308", "name": "Martin Scorsese", "character": "", "role": "DIRECTOR"}],
        ),
        written(folder / "movies.csv", [BEST_MOVIE]),
        written(folder / "shows.csv", [BEST_SHOW]),
        written(folder / "years.csv", [MOVIE_OF_THE_YEAR]),
    ]


def test_titles_credits_and_lists_are_stored(tmp_path):
    run = seeded("netflix", *files(tmp_path))
    assert run.lines == []
    assert run.created() == {
        "movies": 2, "people": 2, "genres": 3, "lists": 3, "list entries": 3, "external ids": 8
    }  # fmt: skip
    taxi, planet = movie_of(imdb("tt0075314")), movie_of(netflix("ts85398"))
    assert (taxi.kind, taxi.release_year, taxi.release_date, taxi.release_day) == ("movie", 1976, None, 19760000)
    assert (planet.kind, planet.season_count, planet.runtime) == ("show", 1, 50)
    assert credited(taxi) == ["Robert De Niro"]
    assert [entry["job"] for entry in taxi.crew] == ["Director"]
    assert (taxi.main_genre_id, taxi.main_country) == (Genre.objects.get(slug="drama").pk, "US")
    assert taxi.certifications == ["US:R"]
    assert [(score["source"], score["value"]) for score in taxi.source_scores] == [("imdb", 8.3), ("netflix", 8.3)]
    assert {one.slug: titles_of(one) for one in CuratedList.objects.all()} == {
        "best-movies-on-netflix": [("Taxi Driver", 1, None)],
        "best-shows-on-netflix": [("Our Planet", 1, None)],
        "best-movie-by-year-on-netflix": [("Taxi Driver", 1, 1976)],
    }
    assert {origin["source"] for origin in taxi.origins.values()} == {"netflix"}


def test_a_second_run_finds_nothing_to_do(tmp_path):
    paths = files(tmp_path)
    created = seeded("netflix", *paths).created()
    counts, _ = seeded("netflix", *paths)
    assert_nothing_to_do(counts)
    assert {kind: of.unchanged for kind, of in counts.items() if of.unchanged} == created


def test_a_dry_run_counts_what_the_real_run_then_does(tmp_path):
    paths = files(tmp_path)
    known_as("movie", imdb("tt0075314"), make_movie("Taxi!"))
    dry = seeded("netflix", "--dry-run", *paths)
    assert not CuratedList.objects.exists()
    assert not ListEntry.objects.exists()
    assert not Person.objects.exists()
    assert dry == seeded("netflix", *paths)
    assert dry.counts["movies"] == Counts(created=1, updated=1)


def test_titles_that_were_loaded_before_their_credits_are_completed(tmp_path):
    titles_alone, parts, *_ = files(tmp_path)
    seeded("netflix", titles_alone)
    counts = seeded("netflix", titles_alone, parts).counts
    assert (counts["movies"], counts["people"]) == (Counts(updated=1, unchanged=1), Counts(created=2))
    assert credited(movie_of(netflix("tm84618"))) == ["Robert De Niro"]


def test_lists_alone_are_those_of_the_titles_that_are_there(tmp_path):
    titles, _, *lists = files(tmp_path)
    seeded("netflix", titles)
    counts, lines = seeded("netflix", *lists)
    assert (counts["movies"], lines) == (Counts(updated=2), [])
    assert ids_of("movie", movie_of(netflix("tm84618"))) >= {"netflix:tm84618", "netflix-best:movie:taxi driver:1976"}


def test_normalised_tables_make_the_same_catalogue(tmp_path):
    seeded("netflix", written(tmp_path / "best.csv", [BEST_MOVIE]))
    before = digests()
    tables = [
        written(tmp_path / "n.csv", [normalised(BEST_MOVIE, "2", "2")]),
        written(tmp_path / "genres.csv", GENRES),
        written(tmp_path / "countries.csv", COUNTRIES),
    ]
    assert_nothing_to_do(seeded("netflix", *tables).counts)
    assert digests() == before


def test_a_cell_that_cannot_be_used_is_reported_and_its_row_is_no_failure(tmp_path):
    rows = [title("tm1", "Heat", production_countries="['XX', 'US']"), title("tm2", "")]
    counts, lines = seeded("netflix", written(tmp_path / "titles.csv", rows))
    assert counts["movies"] == Counts(created=1, failed=1)
    reason = "is not a country of ISO 3166-1; the row is used without it"
    assert lines == [
        f"titles.csv, line 2, column production_countries: 'XX' {reason}",
        "titles.csv, line 3, column title: '' is empty",
    ]
    assert Movie.objects.get().countries == ["US"]


def test_a_title_that_could_not_be_stored_is_left_out_of_its_lists(tmp_path):
    paths = [
        written(tmp_path / "titles.csv", [TAXI_DRIVER, title("tm2", "x" * 301, release_year="1995")]),
        written(tmp_path / "best.csv", [BEST_MOVIE, BEST_MOVIE | {"TITLE": "x" * 301, "RELEASE_YEAR": "1995"}]),
    ]
    counts, lines = seeded("netflix", *paths)
    assert (counts["movies"].failed, counts["list entries"]) == (1, Counts(created=1, failed=1))
    assert lines[-1].endswith("is not in the catalogue, hence not in the list Best Movies on Netflix")


def test_credits_of_unknown_titles_are_mentioned(tmp_path):
    parts = written(tmp_path / "credits.csv", [DE_NIRO, DE_NIRO | {"id": "tm0"}])
    lines = seeded("netflix", written(tmp_path / "titles.csv", [TAXI_DRIVER]), parts).lines
    assert lines == ["Credits that belong to no title of raw_titles: 1."]


# --- Samples of the real files --------------------------------------------------------------------

VARIANTS = SHARED / "variants"
SPOILED = ("22 July", "October 1", "15 August", "30 March")


def sampled(path: Path, folder: Path, step: int = 40) -> Path:
    """Every so many of a file's lines, byte by byte as they are there, and those that a spreadsheet spoils."""
    lines = (SHARED / path).read_bytes().splitlines(keepends=True)
    spoiled = [title.encode() for title in (*SPOILED, "22-Jul", "1-Oct", "15-Aug", "30-Mar")]
    kept = [
        line
        for number, line in enumerate(lines)
        if number % step == 0 or any(sep + one + sep in line for one in spoiled for sep in (b",", b"\t"))
    ]
    folder.mkdir(exist_ok=True)
    sample = folder / path.name
    sample.write_bytes(b"".join(kept))
    return sample


def stored(titles: Iterable[str]) -> set[str]:
    return set(Movie.objects.filter(title__in=titles).values_list("title", flat=True))


@needs_netflix
@pytest.mark.parametrize("variant", ["raw_titles.noindex.csv", "raw_titles.tab-separated.csv"])
def test_variants_of_the_titles_make_the_same_catalogue(tmp_path, variant):
    created = seeded("netflix", sampled(SHARED / "raw_titles.csv", tmp_path)).created()
    assert created["movies"] > 140
    before = digests()
    path = sampled(VARIANTS / variant, tmp_path / "variants")
    assert_nothing_to_do(seeded("netflix", path).counts)
    assert digests() == before
    Movie.objects.all().delete()
    ExternalId.objects.all().delete()
    assert seeded("netflix", path).created()["movies"] == created["movies"]
    assert digests() == before


@needs_netflix
def test_titles_that_a_spreadsheet_spoiled_are_refused_with_a_reason_and_the_others_are_the_same(tmp_path):
    clean, spoiled = (
        sampled(SHARED / "raw_titles.csv", tmp_path),
        sampled(VARIANTS / "raw_titles.crlf-intified.csv", tmp_path / "variants"),
    )
    counts, lines = seeded("netflix", spoiled)
    reason = "is a date that a spreadsheet has made of the title: take it from the original file"
    assert sorted(line.split(": ", 1)[1] for line in lines if "spreadsheet" in line) == [
        f"'{one}' {reason}" for one in ("1-Oct", "15-Aug", "22-Jul", "30-Mar")
    ]
    assert counts["movies"].failed == 4
    assert stored(SPOILED) == set()
    counts, _ = seeded("netflix", clean)
    assert counts["movies"] == Counts(created=4, unchanged=counts["movies"].unchanged)
    assert stored(SPOILED) == set(SPOILED)
    before = digests()
    counts, _ = seeded("netflix", spoiled)
    assert counts["movies"] == Counts(unchanged=counts["movies"].unchanged, failed=4)
    assert digests() == before


@needs_netflix
def test_variants_of_the_best_movies_make_the_same_catalogue():
    best = SHARED / "Best Movies Netflix.csv"
    assert seeded("netflix", best).created()["list entries"] == 387
    before = digests()
    for variant in ("noindex-bom", "trailing-comma"):
        assert_nothing_to_do(seeded("netflix", VARIANTS / f"Best Movies Netflix.{variant}.csv").counts)
    assert digests() == before


@needs_netflix
def test_the_real_lists_have_as_many_entries_as_the_files_have_rows():
    counts, _ = seeded("netflix", *sorted(SHARED.glob("Best *.csv")))
    assert (counts["movies"], counts["lists"]) == (Counts(created=639), Counts(created=4))
    entries = {one.slug: ListEntry.objects.filter(list_id=one.pk).count() for one in CuratedList.objects.all()}
    assert entries == {
        "best-movies-on-netflix": 387,
        "best-shows-on-netflix": 246,
        "best-movie-by-year-on-netflix": 49,
        "best-show-by-year-on-netflix": 31,
    }
