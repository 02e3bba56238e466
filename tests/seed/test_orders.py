"""The demo set, TMDB 5000 and Netflix make the same catalogue in whatever order they are loaded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations
from typing import Any
from zlib import crc32

import pytest

from apps.catalog.digest import digests
from apps.catalog.loading.matching import title_key, year_of
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.records import CollectionRecord, ListRecord, MovieRecord, PersonRecord
from apps.insights.soundness import findings
from movieverse.bulk import Counts
from tests.catalog.loads import credited, ids_of, imdb, is_done, loaded, movie_of, netflix, person_of, tmdb
from tests.conftest import emptied
from tests.imports import netflix_files, tmdb5000_files
from tests.seed import real
from tests.seed.seeding import Seeded, assert_nothing_to_do, seeded

pytestmark = real.needs_both

ORDERS = list(permutations(("demo", "tmdb5000", "netflix")))


# --- A part of each set ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What a set tells of the titles that were chosen."""

    movies: list[MovieRecord]
    people: list[PersonRecord]
    collections: list[CollectionRecord]
    lists: list[ListRecord]


@cache
def parts() -> dict[str, Part]:
    demo, ours, theirs = real.demo(), _chosen("demo"), _chosen("netflix")
    return {
        "demo": Part(ours, _credited(demo.people, ours), demo.collections, _listed(demo.lists, ours)),
        "tmdb5000": Part(_chosen("tmdb5000"), [], [], []),
        "netflix": Part(theirs, [], [], _listed(real.netflix().lists, theirs)),
    }


@cache
def _movies() -> dict[str, list[MovieRecord]]:
    return {"demo": real.demo().movies, "tmdb5000": real.tmdb5000().movies, "netflix": real.netflix().movies}


def _names(movie: MovieRecord) -> set[object]:
    """By what sets know a title: its ids, and its kind, name and year."""
    return {*movie.ids, title_key(movie.kind, movie.title, year_of(movie))} - {None}


@cache
def _known() -> dict[str, set[object]]:
    return {name: set().union(*map(_names, movies)) for name, movies in _movies().items()}


EXAMPLES = {tmdb(103), netflix("tm84618"), tmdb(603), tmdb(238)}


@cache
def _chosen(name: str) -> list[MovieRecord]:
    """Titles of all three sets, some of those of two, a few of one, and the examples; with some of their people."""
    return [
        replace(movie, cast=movie.cast[:20], crew=movie.crew[:8])
        for movie in _movies()[name]
        for number in [sum(not _names(movie).isdisjoint(known) for known in _known().values())]
        if number == 3 or EXAMPLES & set(movie.ids) or _lot(movie) % {1: 200, 2: 5}[number] == 0
    ]


def _lot(movie: MovieRecord) -> int:
    """The same in every set."""
    return crc32(str(title_key(movie.kind, movie.title, year_of(movie))).encode())


def _credited(people: list[PersonRecord], movies: list[MovieRecord]) -> list[PersonRecord]:
    ids = {credit.person.id for movie in movies for credit in (*movie.cast, *movie.crew)}
    return [one for one in people if one.ids[0] in ids]


def _listed(lists: Iterable[ListRecord], movies: list[MovieRecord]) -> list[ListRecord]:
    places = {movie.place for movie in movies}
    return [replace(one, entries=[entry for entry in one.entries if entry.movie.place in places]) for one in lists]


def load(name: str):
    part = parts()[name]
    return loaded(*part.movies, source=name, people=part.people, collections=part.collections, lists=part.lists)


@pytest.fixture
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For tests that empty the stores several times."""
    with django_db_blocker.unblock():
        yield


def test_a_part_of_the_sets_makes_the_same_catalogue_in_every_order_and_nothing_is_left_to_do(unblocked):
    found = {}
    for order in ORDERS:
        with emptied():
            problems = [str(problem) for name in order for problem in load(name).problems]
            assert problems == []
            found[order] = digests()
            assert list(findings()) == []
            if order == ORDERS[-1]:
                assert [name for name in order if not is_done(load(name))] == []
                assert digests() == found[order]
    assert {order: found[order] for order in ORDERS if found[order] != found[ORDERS[0]]} == {}


def test_titles_and_people_that_several_sets_know_are_one(stores):
    for name in ("netflix", "demo", "tmdb5000"):
        load(name)
    several = [movie for movie in Movie.objects.all() if {"tmdb", "netflix"} <= sources_of(movie)]
    assert len(several) >= 40
    assert ids_of("movie", movie_of(tmdb(103))) >= {"tmdb:103", "imdb:tt0075314", "netflix:tm84618"}
    taxi_driver = movie_of(imdb("tt0075314"))
    assert len(taxi_driver.cast) == len(set(credited(taxi_driver))) == len(set(taxi_driver.cast_ids))
    assert taxi_driver.origins["title"]["source"] == "tmdb5000"
    assert {score["source"] for score in taxi_driver.source_scores} >= {"imdb", "tmdb"}
    assert person_of(tmdb(380)) == person_of(netflix(3748))
    assert Person.objects.filter(name="Robert De Niro").count() == 1


def sources_of(movie: Movie) -> set[str]:
    return {name.partition(":")[0] for name in ids_of("movie", movie)}


# --- All of it ------------------------------------------------------------------------------------

ALL = {
    "demo": ("demo",),
    "tmdb5000": ("tmdb5000", tmdb5000_files.SHARED),
    "netflix": ("netflix", netflix_files.SHARED),
}


@pytest.mark.servers
def test_the_whole_sets_make_the_same_catalogue_in_two_orders_and_nothing_is_left_to_do(unblocked):
    found = []
    for order in (("netflix", "tmdb5000", "demo"), ("demo", "tmdb5000", "netflix")):
        with emptied():
            runs = {name: seeded(*ALL[name]) for name in order}
            found.append(digests())
            assert list(findings()) == []
            _check_runs(runs)
            _check_catalogue()
            if order[-1] == "netflix":
                _check_that_nothing_is_left_to_do()
                assert digests() == found[-1]
    assert found[0] == found[1]


def _check_runs(runs: dict[str, Seeded]) -> None:
    assert runs["demo"].lines == runs["tmdb5000"].lines == []
    assert "raw_titles.csv, line 1807, column title: '' is empty" in runs["netflix"].lines
    failed = {(name, kind): of.failed for name, run in runs.items() for kind, of in run.counts.items() if of.failed}
    assert failed == {("netflix", "movies"): 1}
    numbers = {name: sum(vars(run.counts["movies"]).values()) for name, run in runs.items()}
    assert numbers == {"demo": len(real.demo().movies), "tmdb5000": 4803, "netflix": 5806}
    assert runs["netflix"].counts["list entries"] == Counts(created=387 + 246 + 49 + 31)


def _check_catalogue() -> None:
    ids = {
        source: set(ExternalId.objects.filter(kind="movie", source=source).values_list("object_id", flat=True))
        for source in ("tmdb", "netflix")
    }
    assert len(ids["netflix"]) == 5805
    assert len(ids["netflix"] & ids["tmdb"]) > 245
    assert ids_of("movie", movie_of(tmdb(103))) >= {"tmdb:103", "imdb:tt0075314", "netflix:tm84618"}
    avatar = movie_of(tmdb(19995))
    assert (avatar.title, avatar.runtime, avatar.budget, avatar.release_day) == ("Avatar", 162, 237_000_000, 20091210)
    assert avatar.cast[0]["character"] == "Jake Sully"


def _check_that_nothing_is_left_to_do() -> None:
    for name in ("tmdb5000", "demo"):
        assert_nothing_to_do(seeded(*ALL[name]).counts)
    counts, _ = seeded("netflix", netflix_files.SHARED / "variants" / "raw_titles.tab-separated.csv")
    assert counts["movies"] == Counts(unchanged=5805, failed=1)
