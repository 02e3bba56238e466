"""Two catalogues that say the same of the same things have the same digests."""

import pytest

from apps.catalog import services
from apps.catalog.digest import contents, digests
from apps.catalog.models import Collection, Company, Counter, CuratedList, ExternalId, Genre, ListEntry, Movie, Person
from tests.catalog.loads import (
    CURATOR,
    actor,
    best,
    collection,
    genre,
    imdb,
    known_as,
    loaded,
    movie_of,
    named,
    person,
    ranked,
    record,
    tmdb,
    worker,
)
from tests.factories import make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

FILMS = [
    record(
        number,
        genres=[genre(), genre("Crime", tmdb(80))],
        main_genre=genre("Crime", tmdb(80)),
        companies=[named(tmdb(508), "Regency")],
        collection=named(tmdb(1), "Heats"),
        cast=[actor(), actor(f"Extra {number}", tmdb(number))],
        crew=[worker("Michael Mann", tmdb(638))],
    )
    for number in (1, 2, 3)
]


def load(films=FILMS) -> None:
    one, two, three = FILMS
    loaded(
        *films,
        people=[person("Al Pacino", biography="New York.")],
        collections=[collection("Heats", tmdb(1), "Of heat.")],
        lists=[best(*ranked(three, one, two))],
    )


def changed(before: dict[str, str]) -> set[str]:
    return {kind for kind, digest in digests().items() if digest != before[kind]}


def test_they_do_not_depend_on_our_ids_nor_on_when_anything_was_written():
    load()
    before, ids = digests(), set(Movie.objects.values_list("pk", flat=True))
    for model in (Movie, Person, Genre, Company, Collection, CuratedList, ListEntry, ExternalId):
        model.objects.all().delete()
    make_movie("Another").delete()
    load(list(reversed(FILMS)))
    assert ids.isdisjoint(Movie.objects.values_list("pk", flat=True))
    assert digests() == before


def test_they_tell_of_everything_in_the_catalogue():
    load()
    assert {kind: len(list(lines)) for kind, lines in contents().items()} == {
        "movies": 3, "people": 5, "genres": 2, "companies": 1, "collections": 1, "lists": 1
    }  # fmt: skip
    assert Counter.objects.exists()


@pytest.mark.parametrize("fact", ["title", "tagline", "homepage"])
def test_a_fact_of_one_title_changes_the_titles_alone(fact):
    load()
    before = digests()
    movie = movie_of(tmdb(1))
    setattr(movie, fact, "https://heat.example/")
    services.movie_save(movie=movie)
    assert changed(before) == {"movies"}


def test_a_lock_counts_and_its_curator_does_not():
    load()
    before = digests()
    services.facts_lock(row=movie_of(tmdb(1)), facts=["title"], by=CURATOR)
    assert changed(before) == {"movies"}
    between = digests()
    services.facts_unlock(row=movie_of(tmdb(1)), facts=["title"])
    services.facts_lock(row=movie_of(tmdb(1)), facts=["title"], by=CURATOR + 1)
    assert changed(between) == set()


def test_the_order_of_credits_counts():
    load()
    before = digests()
    movie = movie_of(tmdb(1))
    Movie.objects.filter(pk=movie.pk).update(cast=movie.cast[::-1])
    assert changed(before) == {"movies"}


def test_an_id_more_of_a_person_counts_where_they_are_credited_as_well():
    load()
    before = digests()
    known_as("person", imdb("nm0000199"), Person.objects.get(name="Al Pacino"))
    assert changed(before) == {"people", "movies"}


def test_the_order_of_a_list_counts():
    load()
    before = digests()
    loaded(*FILMS, lists=[best(*ranked(*FILMS))])
    assert changed(before) == {"lists"}


def test_what_no_source_knows_is_told_apart_by_our_ids():
    make_person("Somebody"), make_person("Somebody")
    assert len(set(contents()["people"])) == 2
