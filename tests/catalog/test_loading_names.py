"""Genres, companies and collections: which of them are one."""

import pytest

from apps.catalog import services
from apps.catalog.models import Collection, Company, Genre, Movie
from movieverse.bulk import Counts
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    TMDB5000,
    collection,
    genre,
    ids_of,
    is_done,
    known_as,
    loaded,
    movie_of,
    named,
    netflix,
    record,
    tmdb,
)
from tests.factories import make_genre

pytestmark = pytest.mark.usefixtures("stores")


# --- Genres ---------------------------------------------------------------------------------------


def test_genres_of_one_name_are_one_however_it_is_spelled():
    drama = make_genre("Drama")
    loaded(record(genres=[genre("DRAMA")]), record(2, genres=[genre("dráma", netflix("drama"))]))
    assert Genre.objects.get() == drama
    assert ids_of("genre", drama) == {"tmdb:18", "netflix:drama"}
    assert [movie.genre_ids for movie in Movie.objects.all()] == [[drama.pk], [drama.pk]]
    assert Genre.objects.get().name == "Drama"


def test_two_ids_of_one_set_with_one_name_are_one_genre_and_a_title_has_it_once():
    loaded(record(genres=[genre("Drama", netflix("drama")), genre("drama", netflix("dramas"))]))
    assert Movie.objects.get().genre_ids == [Genre.objects.get().pk]


def test_a_genre_that_a_curator_renamed_is_still_known_by_its_id():
    loaded(record(genres=[genre()]))
    krimi = Genre.objects.get()
    krimi.name = "Schauspiel"
    services.genre_save(genre=krimi)
    assert is_done(loaded(record(genres=[genre()])))
    assert list(Genre.objects.values_list("slug", flat=True)) == ["schauspiel"]


# --- Companies ------------------------------------------------------------------------------------


def test_companies_of_one_name_are_one():
    loaded(record(companies=[named(tmdb(508), "Regency Enterprises")]), source=TMDB5000)
    result = loaded(record(2, companies=[named(netflix("r"), "REGENCY enterprises")]), source=NETFLIX)
    assert result.counts["companies"] == Counts(unchanged=1)
    assert ids_of("company", Company.objects.get()) == {"tmdb:508", "netflix:r"}
    assert Company.objects.get().name == "Regency Enterprises"


def test_two_of_one_name_in_the_set_are_two_and_neither_is_the_stored_one():
    loaded(record(companies=[named(tmdb(1), "Fox")]), source=TMDB5000)
    twins = [named(netflix("a"), "Fox"), named(netflix("b"), "fox")]
    loaded(record(2, companies=twins[:1]), record(3, companies=twins[1:]), source=NETFLIX, batch=1)
    assert Company.objects.count() == 3
    assert is_done(loaded(record(2, companies=twins[:1]), record(3, companies=twins[1:]), source=NETFLIX))


def test_two_of_one_name_that_are_stored_are_not_the_set_s():
    loaded(record(companies=[named(tmdb(1), "Fox"), named(tmdb(2), "Fox")]), source=TMDB5000)
    loaded(record(2, companies=[named(netflix("a"), "Fox")]), source=NETFLIX)
    assert Company.objects.count() == 3


def test_companies_of_one_source_are_as_many_as_it_has_ids_for():
    loaded(record(companies=[named(tmdb(1), "Fox")]))
    loaded(record(2, companies=[named(tmdb(2), "Fox")]))
    assert Company.objects.count() == 2


def test_a_title_has_a_company_once():
    loaded(record(companies=[named(tmdb(1), "Fox"), named(tmdb(1), "Fox")]))
    assert Movie.objects.get().company_ids == [Company.objects.get().pk]


# --- Collections ----------------------------------------------------------------------------------

ALIENS = collection("Alien Collection", tmdb(8091), "Something is on board.")


def alien(number: int = 1, **values):
    return record(number, collection=named(ALIENS.id, ALIENS.name), **values)


def test_what_a_set_tells_of_a_collection_is_stored_with_where_it_comes_from():
    counts = loaded(alien(), alien(2), collections=[ALIENS], source=DEMO).counts
    assert (counts["collections"], counts["external ids"]) == (Counts(created=1), Counts(created=3))
    stored = Collection.objects.get()
    assert (stored.name, stored.overview) == ("Alien Collection", "Something is on board.")
    assert {fact: origin["source"] for fact, origin in stored.origins.items()} == {"name": DEMO, "overview": DEMO}
    assert list(Movie.objects.values_list("collection_id", flat=True)) == [stored.pk, stored.pk]
    assert is_done(loaded(alien(), alien(2), collections=[ALIENS], source=DEMO))
    assert Collection.objects.get().version == stored.version


def test_a_collection_without_titles_is_stored_as_well():
    assert loaded(collections=[ALIENS]).counts["collections"] == Counts(created=1)


def test_collections_of_one_name_are_one_and_follow_rank():
    loaded(collections=[ALIENS], source=DEMO)
    others = [collection("alien  collection", netflix("alien"), "Theirs.")]
    assert loaded(collections=others, source=NETFLIX).counts["collections"] == Counts(unchanged=1)
    stored = Collection.objects.get()
    assert (ids_of("collection", stored), stored.overview) == ({"tmdb:8091", "netflix:alien"}, ALIENS.overview)
    assert loaded(collections=others, source=TMDB5000).counts["collections"] == Counts(updated=1)
    assert Collection.objects.get().overview == "Theirs."


def test_what_a_curator_wrote_of_a_collection_stays():
    loaded(collections=[ALIENS], source=NETFLIX)
    mine = Collection.objects.get()
    mine.name, mine.overview = "Alien", "Mine."
    services.collection_save(collection=mine, by=CURATOR)
    assert loaded(alien(), collections=[ALIENS], source=TMDB5000).counts["collections"] == Counts(unchanged=1)
    mine.refresh_from_db()
    assert (mine.name, mine.overview) == ("Alien", "Mine.")
    assert movie_of(tmdb(1)).collection_id == mine.pk


def test_a_collection_that_a_curator_made_is_known_by_its_name():
    mine = services.collection_save(collection=Collection(name="Alien Collection"), by=CURATOR)
    loaded(alien(), collections=[ALIENS])
    mine.refresh_from_db()
    assert mine.overview == ALIENS.overview
    assert ids_of("collection", mine) == {"tmdb:8091"}


def test_a_collection_that_a_title_has_by_rank_stays():
    loaded(alien(), source=TMDB5000)
    loaded(record(collection=named(netflix("x"), "Others")), source=NETFLIX)
    assert Movie.objects.get().collection_id == Collection.objects.get(name="Alien Collection").pk


def test_an_id_may_be_known_before_the_name():
    mine = services.company_save(company=Company(name="Regency"))
    known_as("company", tmdb(508), mine)
    loaded(record(companies=[named(tmdb(508), "Another name")]))
    assert Company.objects.get().name == "Regency"
