import pytest

from apps.catalog import services
from apps.catalog.models import ExternalId, Genre, Movie, Person
from movieverse.bulk import Counts
from tests.factories import make_genre, make_movie, make_person
from tests.imports.tmdb5000_files import MISSING, SHARED, credit, movie, written
from tests.seed.seeding import assert_nothing_to_do, seeded

pytestmark = pytest.mark.usefixtures("stores")


def known_as(kind: str, value: str, object_id: int, source: str = "tmdb") -> None:
    services.external_id_add(kind=kind, source=source, value=value, object_id=object_id)


def test_a_film_is_stored_with_its_people_genres_and_ids(tmp_path):
    counts, lines = seeded("tmdb5000", *written(tmp_path))
    assert lines == []
    assert {kind: of.created for kind, of in counts.items()} == {
        "movies": 1, "people": 3, "genres": 2, "external ids": 6
    }  # fmt: skip
    heat = Movie.objects.get()
    people = {person.name: person.pk for person in Person.objects.all()}
    assert heat.cast == [
        {"person_id": people["Al Pacino"], "name": "Al Pacino", "character": "Lt. Vincent Hanna"},
        {"person_id": people["Robert De Niro"], "name": "Robert De Niro", "character": "Neil McCauley"},
    ]
    director = {"person_id": people["Michael Mann"], "name": "Michael Mann", "department": "Directing"}
    assert heat.crew[0] == director | {"job": "Director"}
    assert (heat.director_ids, heat.crew_ids) == ([people["Michael Mann"]], [people["Michael Mann"]])
    assert set(heat.genre_ids) == set(Genre.objects.values_list("pk", flat=True))
    assert (heat.sort_title, heat.release_day, heat.revenue) == ("heat", 19951215, None)
    assert ExternalId.objects.get(pk="movie:tmdb:949").object_id == heat.pk
    assert ExternalId.objects.get(pk="person:tmdb:1158").object_id == people["Al Pacino"]
    assert ExternalId.objects.get(pk="genre:tmdb:80").object_id == Genre.objects.get(slug="crime").pk


def test_a_second_run_finds_nothing_to_do(tmp_path):
    paths = written(tmp_path)
    seeded("tmdb5000", *paths)
    counts, _ = seeded("tmdb5000", *paths)
    assert_nothing_to_do(counts)
    assert {kind: of.unchanged for kind, of in counts.items()} == {
        "movies": 1, "people": 3, "genres": 2, "external ids": 6
    }  # fmt: skip


def test_films_of_one_title_are_different_films(tmp_path):
    seeded("tmdb5000", *written(tmp_path, [movie(1, "The Host"), movie(2, "The Host")]))
    assert Movie.objects.filter(title="The Host").count() == 2


def test_what_a_curator_wrote_stays_and_what_is_empty_is_filled(tmp_path):
    heat = make_movie("HEAT!", overview="Mine.", runtime=None, source_scores=[{"source": "imdb", "value": 8.3}])
    known_as("movie", "949", heat.pk)
    counts, _ = seeded("tmdb5000", *written(tmp_path))
    assert (counts["movies"], counts["external ids"].unchanged) == (Counts(updated=1), 1)
    heat = Movie.objects.get()
    assert (heat.title, heat.overview, heat.runtime, heat.budget) == ("HEAT!", "Mine.", 170, 60_000_000)
    assert [score["source"] for score in heat.source_scores] == ["imdb", "tmdb"]
    assert len(heat.cast_ids) == 2


def test_an_edit_after_seeding_survives_seeding_again(tmp_path):
    paths = written(tmp_path)
    seeded("tmdb5000", *paths)
    heat = Movie.objects.get()
    heat.title, heat.cast = "Heat (edited)", heat.cast[:1]
    services.movie_save(movie=heat)
    pacino = Person.objects.get(name="Al Pacino")
    pacino.name = "Alfredo Pacino"
    services.person_save(person=pacino)
    counts, _ = seeded("tmdb5000", *paths)
    assert_nothing_to_do(counts)
    heat.refresh_from_db()
    assert (heat.title, [entry["name"] for entry in heat.cast]) == ("Heat (edited)", ["Alfredo Pacino"])


def test_credits_are_completed_by_a_source_that_has_all_of_them_and_more(tmp_path):
    pacino = make_person("Al Pacino")
    known_as("person", "1158", pacino.pk)
    heat = make_movie("Heat", cast=[{"person_id": pacino.pk, "name": "Al Pacino", "character": "The lieutenant"}])
    known_as("movie", "949", heat.pk)
    paths = written(tmp_path)
    seeded("tmdb5000", *paths)
    heat.refresh_from_db()
    assert len(heat.cast) == 2
    assert heat.cast_ids[0] == pacino.pk
    counts, _ = seeded("tmdb5000", *paths)
    assert_nothing_to_do(counts)


def test_no_credit_is_lost_to_a_source_that_lacks_one(tmp_path):
    mann = make_person("Michael Mann")
    known_as("person", "638", mann.pk)
    crew = [{"person_id": mann.pk, "name": mann.name, "department": "Sound", "job": "Whistling"}]
    heat = make_movie("Heat", crew=crew)
    known_as("movie", "949", heat.pk)
    seeded("tmdb5000", *written(tmp_path))
    heat.refresh_from_db()
    assert [entry["job"] for entry in heat.crew] == ["Whistling"]


def test_people_are_credited_by_the_name_we_have_for_them(tmp_path):
    person = make_person("Alfredo Pacino")
    known_as("person", "1158", person.pk)
    seeded("tmdb5000", *written(tmp_path))
    assert Movie.objects.get().cast[0]["name"] == "Alfredo Pacino"


def test_nobody_is_created_for_credits_that_are_not_taken(tmp_path):
    person = make_person("Val Kilmer")
    cast = [{"person_id": person.pk, "name": person.name, "character": "Chris"}]
    heat = make_movie("Heat", cast=cast)
    known_as("movie", "949", heat.pk)
    seeded("tmdb5000", *written(tmp_path))
    assert set(Person.objects.values_list("name", flat=True)) == {"Val Kilmer", "Michael Mann"}


def test_genres_are_matched_by_name_then_by_the_source_s_id(tmp_path):
    crime = make_genre("crime")
    paths = written(tmp_path)
    seeded("tmdb5000", *paths)
    assert ExternalId.objects.get(pk="genre:tmdb:80").object_id == crime.pk
    crime.name = "Krimi"
    services.genre_save(genre=crime)
    counts, _ = seeded("tmdb5000", *paths)
    assert_nothing_to_do(counts)
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
    ],
)
def test_what_a_store_could_not_hold_is_reported(tmp_path, cells, message):
    counts, lines = seeded("tmdb5000", *written(tmp_path, [movie(1, "Bad") | cells, movie(2, "Good")]))
    assert (counts["movies"].created, counts["movies"].failed) == (1, 1)
    assert lines[0].startswith("second.csv, line 2, column ")
    assert lines[0].endswith(message)


def test_rows_of_credits_without_a_film_are_mentioned(tmp_path):
    paths = written(tmp_path, [movie(1, "One")], [credit(1, "One"), credit(2, "Two")])
    assert seeded("tmdb5000", *paths)[1] == ["1 rows of credits belong to no film of the table of movies."]


@pytest.mark.skipif(not SHARED.exists(), reason=MISSING)
def test_the_whole_data_set():
    counts, lines = seeded("tmdb5000", SHARED)
    assert lines == []
    assert {kind: of.created for kind, of in counts.items()} == {
        "movies": 4803, "people": 104_842, "genres": 20, "external ids": 109_665
    }  # fmt: skip
    assert (Movie.objects.count(), Person.objects.count()) == (4803, 104_842)
    avatar = Movie.objects.get(title="Avatar")
    assert (avatar.runtime, avatar.budget, avatar.release_day) == (162, 237_000_000, 20091210)
    assert avatar.cast[0]["character"] == "Jake Sully"
    counts, _ = seeded("tmdb5000", SHARED)
    assert_nothing_to_do(counts)
    assert counts["people"].unchanged == 104_842
