"""The synthetic set: made-up films, people and ratings, known by their numbers."""

from datetime import date

import pytest
from django.core.management import CommandError

from apps.catalog.digest import contents
from apps.catalog.faults import fault_of, fault_of_person
from apps.catalog.models import Company, Event, ExternalId, Movie, Person
from apps.catalog.selectors import find_by_external_ids
from apps.catalog.services.people import person_delete, person_save
from apps.insights.soundness import findings
from apps.reviews.models import Rating
from seed.run import Run
from seed.synthetic import filling, loading, rows
from seed.synthetic.films import FIRST_YEAR, LAST_YEAR, film
from seed.synthetic.people import person
from seed.synthetic.ratings import ratings_of
from tests.seed.seeding import Seeded, assert_nothing_to_do, seeded

stores = pytest.mark.usefixtures("stores")


def seed(movies: int = 40, people: int = 30, ratings: int = 60, *more: object) -> Seeded:
    return seeded("synthetic", "--movies", movies, "--people", people, "--ratings", ratings, *more)


# --- What is made up ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 10, 777, 123_456, 50_000_000])
def test_every_film_and_person_can_be_stored(number):
    for n in range(number, number + 50):
        assert fault_of(film(0, n, people=300)) is None
        assert fault_of_person(person(0, n)) is None


def test_a_film_is_the_same_however_many_people_there_are_beyond_those_it_needs():
    assert film(3, 1_000, people=300) == film(3, 1_000, people=50_000)


def test_film_and_person_of_a_seed_are_the_same_on_every_machine():
    made = film(0, 4_711, 5_000)
    assert (made.title, made.release_date, made.popularity) == ("The Kiss", date(2026, 7, 14), 1.335)
    assert made.cast[0].person.name == "Ọlá A. Ọbáfẹ́mi"
    assert person(0, 4_711).name == "Joshua James Young"


def test_another_seed_makes_other_films():
    assert [film(0, n, 10).title for n in range(1, 9)] != [film(1, n, 10).title for n in range(1, 9)]


def test_films_are_as_various_as_films_are():
    films = [film(0, number, 5_000) for number in range(1, 1_001)]
    titles = [made.title for made in films]
    popularity = sorted(made.popularity for made in films)
    assert {made.kind for made in films} == {"movie", "show"}
    assert 900 < len(set(titles)) < 1_000
    assert min(map(len, titles)) < 8
    assert max(map(len, titles)) > 60
    assert all(3 <= len(made.cast) <= 15 and 2 <= len(made.crew) <= 8 for made in films)
    assert all(FIRST_YEAR <= made.release_date.year <= LAST_YEAR for made in films if made.release_date)
    assert popularity[-1] > 20 * popularity[500]
    assert len({made.original_language for made in films}) > 12


def test_a_few_people_are_credited_much_more_often_than_most():
    films = [film(0, number, 60_000) for number in range(199_000, 200_000)]
    credited = [_number(one.person) for made in films for one in (*made.cast, *made.crew)]
    top = sum(number <= 3_000 for number in credited)
    assert len(credited) / 5 < top < len(credited) / 2


def _number(named) -> int:
    return int(named.id.value.partition("-")[2])


def test_people_have_names_in_several_scripts():
    people = [person(0, number) for number in range(1, 2_001)]
    assert any("一" <= letter <= "鿿" for made in people for letter in made.name)
    assert any("é" in made.name for made in people)
    assert any(made.also_known_as for made in people)


def test_a_rater_rates_different_films_by_half_stars():
    for films in (5, 20, 1_000):
        given = ratings_of(0, 7, films)
        assert len({rating.film for rating in given}) == len(given) == min(20, films)
        assert all(1 <= rating.film <= films and 1 <= rating.value <= 10 for rating in given)


# --- How it is loaded -----------------------------------------------------------------------------


@stores
def test_as_many_are_made_as_are_wanted_and_all_of_it_is_sound():
    created = seed().created()
    assert (created["movies"], created["people"], created["ratings"]) == (40, 30, 60)
    assert (Movie.objects.count(), Person.objects.count(), Rating.objects.count()) == (40, 30, 60)
    assert list(findings()) == []


@stores
def test_seeded_again_there_is_nothing_to_do():
    seed()
    assert_nothing_to_do(seed().counts)


@stores
def test_a_larger_run_adds_the_rest_and_comes_to_what_it_makes_at_once():
    seed(20, 30, 0)
    before = set(contents()["movies"])
    assert seed(40, 30, 60).created()["movies"] == 20
    assert before < set(contents()["movies"])


@stores
def test_two_seeds_are_two_sets():
    seed()
    assert seed(40, 30, 60, "--random-seed", 1).created()["movies"] == 40
    assert list(findings()) == []


@stores
def test_a_dry_run_tells_what_a_real_one_does_and_writes_nothing(monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 10)
    dry = seed(40, 30, 60, "--dry-run")
    assert (Movie.objects.count(), ExternalId.objects.count(), Rating.objects.count()) == (0, 0, 0)
    assert dry.counts == seed().counts
    assert_nothing_to_do(seed(40, 30, 60, "--dry-run").counts)


@stores
def test_films_without_people_and_people_without_films():
    assert seed(3, 0, 5).created()["movies"] == 3
    assert seed(0, 5, 5).created() == {"people": 5, "external ids": 5}
    assert {len(movie.cast) for movie in Movie.objects.all()} == {0}


@stores
def test_an_interrupted_run_is_continued(monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 10)
    with monkeypatch.context() as patch:
        patch.setattr(loading._FilmStore, "_row", _interrupted_at(15, loading._FilmStore._row))
        with pytest.raises(SystemExit) as end:
            seed()
    assert end.value.code == 130
    assert Movie.objects.count() == 10
    assert seed().created()["movies"] == 30
    assert list(findings()) == []


def _interrupted_at(number, row):
    def interrupted(films, pk, record):
        if record.place == f"film {number}":
            raise KeyboardInterrupt
        return row(films, pk, record)

    return interrupted


@stores
def test_who_was_renamed_or_deleted_since_is_credited_as_they_are():
    seed(1, 30, 0)
    ids = find_by_external_ids("person", "synthetic", [f"0-{number}" for number in range(1, 31)])
    for value in ("0-1", "0-2", "0-3", "0-4", "0-5"):
        renamed = Person.objects.get(pk=ids[value])
        renamed.name = f"Somebody {value}"
        person_save(person=renamed)
    person_delete(person=Person.objects.get(pk=ids["0-6"]))
    assert seed(40, 30, 0).created()["people"] == 1
    assert list(findings()) == []


@stores
def test_the_other_stores_are_told_of_each_row(settings):
    settings.RELAY_INLINE = False
    loading.seed(loading.Size(4, 3, 0, 0), Run(quiet=True))
    told = list(Event.objects.filter(kind__in=["movie", "person"]).values_list("kind", flat=True))
    assert (told.count("movie"), told.count("person")) == (4, 3)


@pytest.mark.parametrize("option", ["--movies", "--people", "--ratings", "--random-seed"])
@pytest.mark.parametrize("number", [-1, 50_000_001])
@stores
def test_a_number_out_of_range_is_refused_in_one_line(option, number):
    message = f"^{option} {number} is not possible: give a number from 0 to 50,000,000.$"
    with pytest.raises(CommandError, match=message):
        seeded("synthetic", option, number)


@stores
def test_what_another_run_has_stored_meanwhile_stays_and_is_not_counted_as_created(monkeypatch):
    first = seed()
    monkeypatch.setattr(rows._Known, "found", lambda known, source_ids: {})
    again = seed()
    assert_nothing_to_do(again.counts)
    assert (again.counts["movies"].unchanged, again.counts["people"].unchanged) == (40, 30)
    assert Company.objects.count() == first.created()["companies"]
    assert list(findings()) == []
