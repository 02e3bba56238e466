"""Which titles of a data set are there already."""

from datetime import date

import pytest

from apps.catalog import services
from apps.catalog.models import Movie
from apps.catalog.records import SourceId
from movieverse.bulk import Counts
from tests.catalog.loads import NETFLIX, ids_of, imdb, is_done, known_as, loaded, movie_of, netflix, record, tmdb
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


def heat(source_id: SourceId, number: int = 1, **values):
    return record(number, **{"ids": [source_id], "title": "Heat", "release_year": 1995} | values)


def test_a_title_is_recognised_by_any_of_its_ids():
    mine = make_movie("Heat", release_date=None)
    known_as("movie", imdb("tt0113277"), mine)
    result = loaded(heat(tmdb(949), ids=[tmdb(949), imdb("tt0113277")], title="Hitze", release_year=1996))
    assert result.counts["movies"] == Counts(updated=1)
    assert result.counts["external ids"] == Counts(created=1, unchanged=1)
    assert ids_of("movie", Movie.objects.get()) == {"tmdb:949", "imdb:tt0113277"}


@pytest.mark.parametrize("title", ["Heat", "HEAT", "  Héat!", "Heat."])
def test_a_title_without_a_known_id_is_recognised_by_its_name_and_year(title):
    loaded(heat(tmdb(949), release_date=date(1995, 12, 15)))
    result = loaded(heat(netflix("tm1"), title=title), source=NETFLIX)
    assert result.counts["movies"] == Counts(updated=1)  # it has an id more
    movie = Movie.objects.get()
    assert (movie.title, ids_of("movie", movie)) == ("Heat", {"tmdb:949", "netflix:tm1"})
    assert is_done(loaded(heat(netflix("tm1"), title=title), source=NETFLIX))


@pytest.mark.parametrize(
    "other",
    [
        {"release_year": 1996},
        {"release_year": None},
        {"release_date": date(1996, 1, 1)},
        {"kind": "show"},
        {"title": "Heats"},
        {"title": "The Heat"},
        {"title": "Heat 2"},
    ],
)
def test_of_another_year_kind_or_name_it_is_another_title(other):
    loaded(heat(tmdb(949)))
    loaded(heat(netflix("tm1"), **other), source=NETFLIX)
    assert Movie.objects.count() == 2
    assert movie_of(netflix("tm1")) != movie_of(tmdb(949))


def test_without_a_year_nothing_is_recognised_by_its_name():
    loaded(heat(tmdb(949), release_year=None))
    loaded(heat(netflix("tm1"), release_year=None), source=NETFLIX)
    assert Movie.objects.count() == 2


def test_a_name_without_letters_recognises_nothing():
    loaded(heat(tmdb(1), title="…"))
    loaded(heat(netflix("tm1"), title="!!!"), source=NETFLIX)
    assert Movie.objects.count() == 2


def test_a_film_and_a_show_of_one_name_and_year_are_each_recognised():
    loaded(heat(tmdb(1)), heat(tmdb(2), 2, kind="show"))
    loaded(heat(netflix("ts"), kind="show"), heat(netflix("tm"), 2), source=NETFLIX)
    assert Movie.objects.count() == 2
    assert (movie_of(netflix("tm")), movie_of(netflix("ts"))) == (movie_of(tmdb(1)), movie_of(tmdb(2)))


def test_which_of_two_stored_ones_is_meant_nobody_can_tell():
    loaded(heat(tmdb(1)), heat(tmdb(2), 2))
    assert Movie.objects.count() == 2
    loaded(heat(netflix("tm1")), source=NETFLIX)
    assert Movie.objects.count() == 3


def test_which_of_two_in_the_set_is_meant_nobody_can_tell_in_whatever_batches_they_come():
    loaded(heat(tmdb(1)))
    for _ in range(2):
        loaded(heat(netflix("tm1")), record(2), heat(netflix("tm2"), 3), source=NETFLIX, batch=1)
        assert Movie.objects.filter(title="Heat").count() == 3
        assert ids_of("movie", movie_of(tmdb(1))) == {"tmdb:1"}


def test_two_in_the_set_are_ambiguous_even_where_one_of_them_is_known_by_its_id():
    loaded(heat(tmdb(1), ids=[tmdb(1), imdb("tt1")]))
    loaded(heat(imdb("tt1")), heat(netflix("tm2"), 2), source=NETFLIX)
    assert movie_of(netflix("tm2")) != movie_of(tmdb(1))


def test_a_title_that_a_record_is_known_to_be_is_not_another_record_s():
    mine = make_movie("Heat")
    known_as("movie", netflix("tm1"), mine)
    loaded(heat(netflix("tm1"), title="Heat (Extended)", release_year=1996), heat(tmdb(5), 2), source=NETFLIX)
    assert movie_of(netflix("tm1")) == mine
    assert movie_of(tmdb(5)) != mine


def test_what_a_source_knows_by_two_ids_are_two_titles():
    loaded(heat(tmdb(1)))
    loaded(heat(tmdb(2)), heat(netflix("tm1"), 2, title="Ali"), source=NETFLIX)
    assert movie_of(tmdb(2)) != movie_of(tmdb(1))


def test_a_further_id_of_the_record_may_contradict_as_well():
    loaded(heat(tmdb(1), ids=[tmdb(1), imdb("tt1")]))
    loaded(heat(netflix("tm1"), ids=[netflix("tm1"), imdb("tt2")]), source=NETFLIX)
    assert movie_of(netflix("tm1")) != movie_of(tmdb(1))


def test_a_title_that_a_curator_made_is_recognised_by_its_name_and_year():
    mine = make_movie("Heat", overview="Mine.")
    loaded(heat(tmdb(949), overview="Theirs."))
    mine.refresh_from_db()
    assert (ids_of("movie", mine), mine.overview) == ({"tmdb:949"}, "Mine.")


def test_a_title_that_a_curator_renamed_is_still_known_by_its_id():
    loaded(heat(tmdb(949)))
    movie = Movie.objects.get()
    movie.title = "Hitze"
    services.movie_save(movie=movie)
    assert is_done(loaded(heat(tmdb(949))))
    assert Movie.objects.get().title == "Hitze"


def test_titles_of_one_name_and_year_of_one_source_are_different_titles():
    loaded(heat(tmdb(1)), heat(tmdb(2), 2))
    assert is_done(loaded(heat(tmdb(1)), heat(tmdb(2), 2)))
    assert Movie.objects.filter(title="Heat").count() == 2


def test_a_set_without_titles_does_nothing():
    assert is_done(loaded())
    assert not Movie.objects.exists()
