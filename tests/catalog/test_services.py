from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from apps.catalog import lookup, selectors, services
from apps.catalog.api.filters import MovieFilter
from apps.catalog.models import ExternalId, Movie, Person
from tests.factories import make_genre, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")


def test_ids_are_given_out_once_and_in_order():
    assert list(services.take_ids("thing", 3)) == [1, 2, 3]
    assert list(services.take_ids("thing")) == [4]
    assert list(services.take_ids("other")) == [1]


def test_what_follows_from_other_fields_is_derived():
    pacino, mann = make_person("Al Pacino"), make_person("Michael Mann")
    movie = make_movie(
        "The Insider",
        release_date=date(1999, 10, 28),
        cast=[{"person_id": pacino.pk, "name": pacino.name, "character": "Bergman"}],
        crew=[
            {"person_id": mann.pk, "name": mann.name, "department": "Writing", "job": "Screenplay"},
            {"person_id": mann.pk, "name": mann.name, "department": "Directing", "job": "Director"},
        ],
    )
    assert (movie.sort_title, movie.release_day) == ("insider", 19991028)
    assert (movie.cast_ids, movie.crew_ids, movie.director_ids) == ([pacino.pk], [mann.pk], [mann.pk])


def test_an_unknown_date_orders_as_zero():
    assert make_movie("Someday", release_date=None).release_day == 0


def test_an_invalid_movie_is_not_stored():
    with pytest.raises(ValidationError):
        make_movie("Bad", original_language="much too long")
    assert not Movie.objects.exists()


def test_a_renamed_person_is_renamed_in_the_credits():
    person, other = make_person("Larry Wachowski"), make_person("Keanu Reeves")
    credit = {"person_id": person.pk, "name": person.name}
    movie = make_movie(
        "The Matrix",
        cast=[{"person_id": other.pk, "name": other.name, "character": "Neo"}],
        crew=[credit | {"department": "Directing", "job": "Director"}],
    )
    person.name = "Lana Wachowski"
    services.person_save(person=person)
    movie.refresh_from_db()
    assert movie.crew[0]["name"] == "Lana Wachowski"
    assert movie.cast[0]["name"] == "Keanu Reeves"
    assert Person.objects.get(sort_name="lana wachowski") == person


def test_a_person_whose_name_stays_leaves_their_movies_alone():
    person = make_person("Keanu Reeves")
    movie = make_movie("The Matrix", cast=[{"person_id": person.pk, "name": person.name, "character": "Neo"}])
    Movie.objects.filter(pk=movie.pk).update(updated_at=datetime(2020, 1, 1, tzinfo=UTC))
    person.popularity = 9.5
    services.person_save(person=person)
    movie.refresh_from_db()
    person.refresh_from_db()
    assert (movie.updated_at.year, person.popularity) == (2020, 9.5)


def test_a_deleted_person_leaves_the_credits():
    person = make_person("Alan Smithee")
    movie = make_movie(
        "Burn", crew=[{"person_id": person.pk, "name": person.name, "department": "Directing", "job": "Director"}]
    )
    services.person_delete(person=person)
    movie.refresh_from_db()
    assert (movie.crew, movie.crew_ids, movie.director_ids) == ([], [], [])


def test_a_deleted_movie_takes_its_external_ids_along():
    movie, person = make_movie("Heat"), make_person("Val Kilmer")
    for kind, row in (("movie", movie), ("person", person)):
        key = ExternalId.key_of(kind, "tmdb", 949)
        ExternalId.objects.create(key=key, kind=kind, source="tmdb", value="949", object_id=row.pk)
    assert selectors.find_by_external_ids("movie", "tmdb", [949, 950]) == {"949": movie.pk}
    services.movie_delete(movie=movie)
    assert [external.kind for external in ExternalId.objects.all()] == ["person"]


def test_an_external_id_is_unique_in_its_kind_and_source():
    key = ExternalId.key_of("movie", "imdb", "tt0113277")
    ExternalId.objects.create(key=key, kind="movie", source="imdb", value="tt0113277", object_id=1)
    with pytest.raises(IntegrityError):
        ExternalId.objects.create(key=key, kind="movie", source="imdb", value="tt0113277", object_id=2)


@pytest.mark.parametrize("source", ["a:b", "TMDB", "tm db", "tmdb\n", "é", ""])
def test_a_source_s_name_has_no_other_characters_than_a_key_can_tell_apart(source: str):
    movie = make_movie("Heat")
    with pytest.raises(ValidationError) as error:
        services.external_id_add(kind="movie", source=source, value="c", object_id=movie.pk)
    assert list(error.value.message_dict) == ["source"]
    if source:
        assert error.value.message_dict["source"] == ["A source has only the characters a-z, 0-9, _ and -."]


def test_a_source_s_value_may_have_a_colon():
    movie = make_movie("Heat")
    services.external_id_add(kind="movie", source="4-k_uhd", value="b:c", object_id=movie.pk)
    assert list(MovieFilter({"external_id": "4-k_uhd:b:c"}, Movie.objects.all()).qs) == [movie]
    assert list(lookup.movies(Movie.objects.all(), "4-k_uhd:b:c")) == [movie]


def test_genres_that_differ_only_in_spelling_are_one():
    make_genre("Science Fiction")
    with pytest.raises(ValidationError):
        make_genre("SCIENCE-FICTION")


@pytest.mark.parametrize(
    ("name", "value"), [("reviews_closed_message", "Back in May."), ("reviews_open", False), ("review_max_length", 500)]
)
def test_settings_keep_their_type(name: str, value: object):
    assert selectors.setting(name) != value
    services.setting_set(name=name, value=value)
    assert selectors.setting(name) == value
    assert type(selectors.setting(name)) is type(value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reviews_open", "no", "reviews_open takes a value of type bool, not 'no'"),
        ("review_max_length", True, "review_max_length takes a value of type int"),
        ("reviews_closed_message", " ", "takes some text"),
        ("colour", "red", "There is no setting 'colour'; there are reviews_open"),
    ],
)
def test_a_setting_of_the_wrong_type_or_name_is_refused(name: str, value: object, message: str):
    with pytest.raises(ValueError, match=message):
        services.setting_set(name=name, value=value)
