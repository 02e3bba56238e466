"""Seeding the TMDB 5000 data set. The whole of it is seeded in test_orders."""

import pytest

from apps.catalog import services
from apps.catalog.models import Company, ExternalId, Genre, Movie, Person
from movieverse.bulk import Counts
from tests.catalog.loads import credited, known_as, movie_of, person_of, tmdb
from tests.factories import make_genre, make_movie, make_person
from tests.imports.tmdb5000_files import credit, movie, written
from tests.seed.seeding import assert_nothing_to_do, seeded

pytestmark = pytest.mark.usefixtures("stores")


def test_a_film_is_stored_with_its_people_genres_companies_and_ids(tmp_path):
    run = seeded("tmdb5000", *written(tmp_path))
    assert run.lines == []
    assert run.created() == {"movies": 1, "people": 3, "genres": 2, "companies": 2, "external ids": 8}
    heat = Movie.objects.get()
    people = {person.name: person.pk for person in Person.objects.all()}
    assert heat.cast == [
        {"person_id": people[name], "name": name, "character": character, "source": "tmdb5000"}
        for name, character in (("Al Pacino", "Lt. Vincent Hanna"), ("Robert De Niro", "Neil McCauley"))
    ]
    mann = people["Michael Mann"]
    assert [(entry["person_id"], entry["job"]) for entry in heat.crew] == [(mann, "Director"), (mann, "Screenplay")]
    assert (heat.director_ids, heat.crew_ids, heat.cast_ids) == (
        [mann],
        [mann],
        [one["person_id"] for one in heat.cast],
    )
    assert heat.genre_ids == [Genre.objects.get(slug=slug).pk for slug in ("crime", "drama")]
    assert heat.company_ids == [Company.objects.get(name=name).pk for name in ("Regency Enterprises", "Forward Pass")]
    assert (heat.kind, heat.status, heat.tagline) == ("movie", "released", "A Los Angeles crime saga")
    assert (heat.sort_title, heat.release_day, heat.revenue) == ("heat", 19951215, None)
    assert {origin["source"] for origin in heat.origins.values()} == {"tmdb5000"}
    assert movie_of(tmdb(949)) == heat
    assert person_of(tmdb(1158)).name == "Al Pacino"
    assert ExternalId.objects.get(pk="genre:tmdb:80").object_id == Genre.objects.get(slug="crime").pk


def test_a_second_run_finds_nothing_to_do(tmp_path):
    paths = written(tmp_path)
    created = seeded("tmdb5000", *paths).created()
    counts, _ = seeded("tmdb5000", *paths)
    assert_nothing_to_do(counts)
    assert {kind: of.unchanged for kind, of in counts.items() if of.unchanged} == created


def test_a_dry_run_counts_what_the_real_run_then_does(tmp_path):
    films = [movie(1, "Heat"), movie(2, "The Insider"), movie(3, "Bad", budget="?")]
    paths = written(tmp_path, films, [credit(1, "Heat")])
    known_as("movie", tmdb(1), make_movie("Hitze"))
    dry = seeded("tmdb5000", "--dry-run", *paths)
    assert not Person.objects.exists()
    assert dry == seeded("tmdb5000", *paths)
    assert dry.counts["movies"] == Counts(created=1, updated=1, failed=1)


def test_films_of_one_title_are_different_films(tmp_path):
    paths = written(tmp_path, [movie(1, "The Host"), movie(2, "The Host")])
    seeded("tmdb5000", *paths)
    assert Movie.objects.filter(title="The Host").count() == 2
    assert_nothing_to_do(seeded("tmdb5000", *paths).counts)


def test_what_a_curator_wrote_stays_and_what_is_empty_is_filled(tmp_path):
    heat = make_movie("HEAT!", overview="Mine.", runtime=None)
    known_as("movie", tmdb(949), heat)
    counts, _ = seeded("tmdb5000", *written(tmp_path))
    assert (counts["movies"], counts["external ids"].unchanged) == (Counts(updated=1), 1)
    heat = Movie.objects.get()
    assert (heat.title, heat.overview, heat.runtime, heat.budget) == ("HEAT!", "Mine.", 170, 60_000_000)
    assert len(heat.cast_ids) == 2


def test_an_edit_after_seeding_survives_seeding_again(tmp_path):
    paths = written(tmp_path)
    seeded("tmdb5000", *paths)
    heat, pacino = Movie.objects.get(), Person.objects.get(name="Al Pacino")
    heat.title, heat.cast = "Heat (edited)", heat.cast[:1]
    services.movie_save(movie=heat)
    pacino.name = "Alfredo Pacino"
    services.person_save(person=pacino)
    assert_nothing_to_do(seeded("tmdb5000", *paths).counts)
    heat.refresh_from_db()
    assert (heat.title, credited(heat)) == ("Heat (edited)", ["Alfredo Pacino"])


def test_credits_of_a_curator_who_unlocked_them_are_completed(tmp_path):
    whistler = make_person("Somebody")
    crew = [{"person_id": whistler.pk, "name": whistler.name, "department": "Sound", "job": "Whistling"}]
    heat = make_movie("Heat", crew=crew)
    known_as("movie", tmdb(949), heat)
    services.facts_unlock(row=heat, facts=["crew"])
    seeded("tmdb5000", *written(tmp_path))
    heat.refresh_from_db()
    assert [entry["job"] for entry in heat.crew] == ["Director", "Screenplay", "Whistling"]


def test_genres_are_matched_by_name_then_by_the_source_s_id(tmp_path):
    crime = make_genre("crime")
    paths = written(tmp_path)
    seeded("tmdb5000", *paths)
    assert ExternalId.objects.get(pk="genre:tmdb:80").object_id == crime.pk
    crime.refresh_from_db()
    crime.name = "Krimi"
    services.genre_save(genre=crime)
    assert_nothing_to_do(seeded("tmdb5000", *paths).counts)
    assert set(Genre.objects.values_list("slug", flat=True)) == {"krimi", "drama"}


def test_an_id_of_a_film_that_is_gone_is_reported(tmp_path):
    ExternalId.objects.create(pk="movie:tmdb:949", kind="movie", source="tmdb", value="949", object_id=77)
    counts, lines = seeded("tmdb5000", *written(tmp_path))
    assert counts["movies"] == Counts(failed=1)
    assert lines == ["second.csv, line 2, column id: 'tmdb:949' is the external id of movie 77, which is gone"]
    assert not Movie.objects.exists()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"title": "x" * 301}, "cannot be stored: Ensure this value has at most 300 characters (it has 301)."),
        ({"budget": "1e30"}, " cannot be stored: It is more than 9,223,372,036,854,775,807."),
        ({"runtime": "99999"}, "column runtime: '99999' cannot be stored: It is more than 32,767."),
        ({"status": "Lost"}, "column status: 'lost' cannot be stored: Value 'lost' is not a valid choice."),
        ({"homepage": "heat"}, "column homepage: 'heat' cannot be stored: Enter a valid URL."),
    ],
)
def test_what_a_store_could_not_hold_is_reported(tmp_path, cells, message):
    counts, lines = seeded("tmdb5000", *written(tmp_path, [movie(1, "Bad") | cells, movie(2, "Good")]))
    assert (counts["movies"].created, counts["movies"].failed) == (1, 1)
    assert lines[0].startswith("second.csv, line 2, column ")
    assert lines[0].endswith(message)


def test_rows_of_credits_without_a_film_are_mentioned(tmp_path):
    paths = written(tmp_path, [movie(1, "One")], [credit(1, "One"), credit(2, "Two")])
    assert seeded("tmdb5000", *paths).lines == ["1 rows of credits belong to no film of the table of movies."]
