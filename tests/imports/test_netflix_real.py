"""The Netflix data set itself, and the ways people have its files."""

from collections import Counter
from dataclasses import asdict
from string import ascii_uppercase

import pytest

from apps.imports.sources import netflix
from apps.imports.sources.netflix.countries import country_code
from apps.imports.sources.tables import SourceError
from tests.imports.netflix_files import MISSING, SHARED

real = pytest.mark.skipif(not SHARED.exists(), reason=MISSING)

BEST = sorted(SHARED.glob("Best *.csv"))
VARIANTS = SHARED / "variants"
SPOILED = {"October 1": "1-Oct", "22 July": "22-Jul", "15 August": "15-Aug", "30 March": "30-Mar"}


def without_places(records):
    """What records say, wherever they stand."""
    if isinstance(records, dict):
        return {name: without_places(value) for name, value in records.items() if name != "place"}
    return [without_places(one) for one in records] if isinstance(records, list | tuple) else records


def contents(found):
    return without_places([asdict(record) for record in (*found.movies, *found.lists)])


def entries(found):
    """The lists as lists, without what is told of their titles."""
    return [
        (one.slug, one.name, [(entry.movie.ids, entry.rank, entry.year) for entry in one.entries])
        for one in found.lists
    ]


def test_every_code_of_iso_3166_1_is_known_and_those_of_countries_that_are_no_more():
    gone = {"SU", "XC", "XG", "XK", "YU"}
    pairs = [one + other for one in ascii_uppercase for other in ascii_uppercase]
    assert sum(country_code(pair) == pair for pair in pairs if pair not in gone) == 249
    assert all(country_code(code) == code for code in gone)
    assert [pair for pair in pairs if country_code(pair) not in ("", pair)] == ["UK"]


@real
def test_the_real_set_is_read_whole():
    found = netflix.read([SHARED])
    assert Counter(movie.kind for movie in found.movies) == {"movie": 3758, "show": 2047}
    assert [len(one.entries) for one in found.lists] == [387, 246, 49, 31]
    cast, crew = (sum(len(getattr(movie, name)) for movie in found.movies) for name in ("cast", "crew"))
    assert (cast, crew) == (72_599, 4_522)
    assert (found.merged_credits, found.credits_of_unknown_titles, found.titles_of_lists_alone) == (91, 1, 0)
    assert cast + crew + 91 + 1 == 77_213
    assert sum(entry.character == "True" for movie in found.movies for entry in movie.cast) == 2
    assert Counter((problem.column, problem.value) for problem in found.problems) == {
        ("title", ""): 1,
        ("production_countries", "XX"): 25,
        ("MAIN_PRODUCTION", "XX"): 1,
        ("country_name", "XX"): 1,
    }


@real
def test_every_title_of_the_real_lists_has_what_the_lists_tell():
    found = netflix.read([SHARED])
    listed = [entry.movie for one in found.lists for entry in one.entries]
    assert len({id(movie) for movie in listed}) == 639
    assert all(movie.main_genre in movie.genres for movie in listed)
    assert [movie.title for movie in listed if movie.main_country not in movie.countries] == ["Wedding Association"]
    assert all({score["source"] for score in movie.source_scores} == {"imdb", "netflix"} for movie in listed)


@real
@pytest.mark.parametrize(
    ("plain", "variant"),
    [
        ("raw_titles.csv", "raw_titles.noindex.csv"),
        ("raw_titles.csv", "raw_titles.tab-separated.csv"),
        ("Best Movies Netflix.csv", "Best Movies Netflix.noindex-bom.csv"),
        ("Best Movies Netflix.csv", "Best Movies Netflix.trailing-comma.csv"),
    ],
)
def test_variants_of_the_files_say_the_same(plain, variant):
    assert contents(netflix.read([VARIANTS / variant])) == contents(netflix.read([SHARED / plain]))


@real
def test_the_variant_that_a_spreadsheet_has_saved_says_the_same_less_the_titles_it_spoiled():
    plain, spoiled = (
        netflix.read([SHARED / "raw_titles.csv"]),
        netflix.read([VARIANTS / "raw_titles.crlf-intified.csv"]),
    )
    reported = [problem.value for problem in spoiled.problems if "spreadsheet" in problem.reason]
    plain.movies = [movie for movie in plain.movies if movie.title not in SPOILED]
    assert contents(spoiled) == contents(plain)
    assert sorted(reported) == sorted(SPOILED.values())


@real
def test_the_normalised_tables_give_the_same_lists_as_the_best_files():
    tables, plain = netflix.read([SHARED / "normalized"]), netflix.read(BEST)
    assert entries(tables) == entries(plain) == entries(netflix.read([*BEST, SHARED / "normalized"]))
    assert len(tables.movies) == len(plain.movies) == 639
    different = [
        one.title
        for one, other in zip(tables.movies, plain.movies, strict=True)
        if (one.main_genre, one.main_country) != (other.main_genre, other.main_country)
    ]
    assert len(different) == 7  # two empty genre_id, five empty country_id


@real
def test_giving_all_variants_at_once_names_two_that_exclude_each_other():
    with pytest.raises(SourceError, match=r"noindex-bom.csv and .*trailing-comma.csv are both tables of best movies"):
        netflix.read([VARIANTS])
