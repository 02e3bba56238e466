"""Everybody whom any source credits is credited once."""

import pytest

from apps.catalog import services
from apps.catalog.models import Movie
from movieverse.bulk import Counts
from tests.catalog.loads import (
    CURATOR,
    DEMO,
    NETFLIX,
    TMDB5000,
    actor,
    credited,
    is_done,
    loaded,
    netflix,
    record,
    tmdb,
    worker,
)
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("stores")

PACINO = actor("Al Pacino", tmdb(1158), "Lt. Vincent Hanna")
DE_NIRO = actor("Robert De Niro", tmdb(380), "Neil McCauley")
KILMER = actor("Val Kilmer", tmdb(5576), "Chris Shiherlis")


@pytest.mark.parametrize("order", [(TMDB5000, NETFLIX), (NETFLIX, TMDB5000)])
def test_the_people_of_the_highest_rank_come_first_in_their_order_and_words(order):
    said = {
        TMDB5000: [PACINO, DE_NIRO],
        NETFLIX: [KILMER, actor("Robert De Niro", tmdb(380), "Neil"), actor("Jon Voight", tmdb(10127), "Nate")],
    }
    for source in order:
        loaded(record(cast=said[source]), source=source)
    movie = Movie.objects.get()
    assert [(entry["name"], entry["character"], entry["source"]) for entry in movie.cast] == [
        ("Al Pacino", "Lt. Vincent Hanna", TMDB5000),
        ("Robert De Niro", "Neil McCauley", TMDB5000),
        ("Val Kilmer", "Chris Shiherlis", NETFLIX),
        ("Jon Voight", "Nate", NETFLIX),
    ]
    assert movie.cast_ids == [entry["person_id"] for entry in movie.cast]
    assert movie.origins["cast"]["source"] == TMDB5000
    for source in order:
        assert is_done(loaded(record(cast=said[source]), source=source))


def test_a_job_is_credited_once_and_every_job_of_a_person_is():
    mann = tmdb(638)
    loaded(record(crew=[worker("Michael Mann", mann)]), source=NETFLIX)
    jobs = [worker("Michael Mann", mann, "Screenplay", "Writing"), worker("Michael Mann", mann, department="Direction")]
    loaded(record(crew=jobs), source=TMDB5000)
    movie = Movie.objects.get()
    assert [(entry["job"], entry["department"]) for entry in movie.crew] == [
        ("Screenplay", "Writing"),
        ("Director", "Direction"),
    ]
    assert len(movie.director_ids) == len(movie.crew_ids) == 1


def test_several_parts_that_one_source_tells_of_are_kept():
    loaded(record(cast=[actor(character="Tony"), DE_NIRO, actor(character="Hanna")]))
    assert [entry["character"] for entry in Movie.objects.get().cast] == ["Tony", "Neil McCauley", "Hanna"]


def test_what_a_source_no_longer_credits_is_gone_and_what_others_credit_stays():
    loaded(record(cast=[PACINO, DE_NIRO]), source=TMDB5000)
    loaded(record(cast=[KILMER]), source=NETFLIX)
    loaded(record(cast=[DE_NIRO]), source=TMDB5000)
    assert credited(Movie.objects.get()) == ["Robert De Niro", "Val Kilmer"]


def test_a_source_without_credits_says_nothing_of_them():
    loaded(record(cast=[PACINO], crew=[worker("Michael Mann", tmdb(638))]))
    assert is_done(loaded(record()))
    assert credited(Movie.objects.get()) == ["Al Pacino"]
    assert credited(Movie.objects.get(), "crew") == ["Michael Mann"]


def test_a_lower_source_that_credits_nobody_new_changes_nothing():
    loaded(record(cast=[PACINO, DE_NIRO]), source=TMDB5000)
    version = Movie.objects.get().version
    result = loaded(record(cast=[actor("Al Pacino", tmdb(1158), "Hanna")]), source=NETFLIX)
    assert (result.counts["movies"], Movie.objects.get().version) == (Counts(unchanged=1), version)


def test_credits_that_a_curator_wrote_stay():
    loaded(record(cast=[PACINO, DE_NIRO]), source=NETFLIX)
    movie = Movie.objects.get()
    extra = make_person("Somebody Else")
    movie.cast = [{"person_id": extra.pk, "character": "Extra"}, *movie.cast[:1]]
    services.movie_save(movie=movie, by=CURATOR)
    for source in (NETFLIX, DEMO, TMDB5000):
        loaded(record(cast=[PACINO, DE_NIRO, KILMER], crew=[worker("Michael Mann", tmdb(638))]), source=source)
    movie.refresh_from_db()
    assert credited(movie) == ["Somebody Else", "Al Pacino"]
    assert credited(movie, "crew") == ["Michael Mann"]


def test_credits_that_a_curator_unlocks_are_completed():
    loaded(record(cast=[PACINO]), source=NETFLIX)
    movie = Movie.objects.get()
    extra = make_person("Somebody Else")
    movie.cast = [{"person_id": extra.pk, "character": "Extra"}, *movie.cast]
    services.facts_unlock(row=services.movie_save(movie=movie, by=CURATOR), facts=["cast"])
    loaded(record(cast=[PACINO, DE_NIRO]), source=TMDB5000)
    assert credited(Movie.objects.get()) == ["Al Pacino", "Robert De Niro", "Somebody Else"]


def test_people_of_credits_are_created_once_for_all_titles_and_batches():
    records = [record(number, cast=[PACINO, actor(f"Extra {number}", netflix(number))]) for number in range(1, 6)]
    counts = loaded(*records, batch=2).counts
    assert (counts["people"], counts["movies"]) == (Counts(created=6), Counts(created=5))
    assert is_done(loaded(*records, batch=2))
