"""A date decides the year; where there is only a year, its source is kept like any other fact's."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from apps.catalog import services
from apps.catalog.digest import digests
from apps.catalog.models import Movie
from tests.catalog.loads import CURATOR, DEMO, NETFLIX, TMDB5000, imdb, is_done, loaded, record

pytestmark = pytest.mark.usefixtures("stores")


def edited(**facts: Any) -> Movie:
    movie = Movie.objects.get()
    for fact, value in facts.items():
        setattr(movie, fact, value)
    return services.movie_save(movie=movie, by=CURATOR, version=movie.version)


def test_a_year_alone_is_kept_with_its_source():
    loaded(record(release_year=1995))
    movie = Movie.objects.get()
    assert (movie.release_year, movie.origins["release_year"]["source"]) == (1995, TMDB5000)


def test_a_date_that_comes_later_decides_the_year():
    loaded(record(1, ids=[imdb("tt1")], release_year=1999), source=DEMO)
    loaded(record(1, ids=[imdb("tt1")], release_date=date(1998, 12, 25)), source=NETFLIX)
    movie = Movie.objects.get()
    assert (movie.release_year, "release_year" in movie.origins) == (1998, False)


def test_a_year_does_not_contradict_a_date_whoever_says_so():
    told = {
        NETFLIX: record(1, ids=[imdb("tt1")], title="Heat", release_date=date(1998, 12, 25)),
        DEMO: record(1, ids=[imdb("tt1")], title="Heat", release_year=1999),
        TMDB5000: record(1, ids=[imdb("tt1")], title="Heat", overview="A thief."),
    }
    found = set()
    for order in permutations(told):
        for source in order:
            loaded(told[source], source=source)
        assert all(is_done(loaded(told[source], source=source)) for source in order)
        found.add(str(digests()))
        services.movie_delete(movie=Movie.objects.get())
    assert len(found) == 1


def test_a_date_that_a_curator_corrects_stays_and_the_next_run_finds_nothing_to_do():
    film = record(release_date=date(1999, 12, 25))
    loaded(film)
    edited(release_date=date(2000, 1, 7))
    assert is_done(loaded(film))
    assert Movie.objects.get().release_year == 2000


def test_a_curator_who_knows_only_the_year_may_say_so():
    film = record(release_date=date(1999, 12, 25))
    loaded(film)
    edited(release_date=None, release_year=1998)
    assert is_done(loaded(film))
    assert (Movie.objects.get().release_date, Movie.objects.get().release_year) == (None, 1998)
