"""The shapes of what is stored as JSON."""

import pytest
from django.core.exceptions import ValidationError

from apps.catalog import documents
from apps.catalog.models import Movie, Person

IMAGE = {"type": "poster", "source": "tmdb", "path": "/a.jpg", "width": 500, "height": None, "language": ""}
VALID = {
    "source_scores": [{"source": "imdb", "value": 8.3, "votes": 10}, {"source": "tmdb", "value": 8, "votes": None}],
    "alternative_titles": [{"title": "Hitze", "country": "DE", "type": ""}],
    "translations": [{"language": "de", "country": "", "title": "Heat", "overview": "", "tagline": ""}],
    "releases": [{"country": "US", "type": "theatrical", "date": "1995-12-15", "certification": "R", "note": ""}],
    "awards": [{"award": "Oscar", "category": "Sound", "year": 1996, "outcome": "nominated"}],
    "images": [IMAGE],
    "videos": [
        {
            "site": "YouTube",
            "key": "2GfZl4kuVNI",
            "name": "Trailer",
            "type": "Trailer",
            "language": "en",
            "official": True,
            "size": 1080,
            "published_at": None,
        }
    ],
    "cast": [{"person_id": 1, "name": "Al Pacino", "character": "", "source": "tmdb5000"}],
    "crew": [{"person_id": 1, "name": "Michael Mann", "department": "", "job": "Director", "source": "demo"}],
}


def faults(**facts: object) -> dict[str, list[str]]:
    try:
        Movie(**facts).clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def test_every_field_of_a_movie_that_is_json_has_a_shape():
    assert VALID.keys() == documents.OF_A_MOVIE.keys()
    assert faults(**VALID) == {}
    assert faults(**{field: [] for field in VALID}) == {}


@pytest.mark.parametrize("field", VALID)
@pytest.mark.parametrize("change", ["less", "more"])
def test_an_object_has_the_members_of_its_shape_and_no_others(field, change):
    (item, *_) = VALID[field]
    members = list(item)
    wrong = {name: item[name] for name in members[1:]} if change == "less" else item | {"colour": "red"}
    assert faults(**{field: [wrong]}) == {field: [f"Item 1: It is an object with the members {', '.join(members)}."]}


@pytest.mark.parametrize(
    ("field", "member", "value"),
    [
        ("source_scores", "value", "8.3"),
        ("source_scores", "value", None),
        ("source_scores", "value", True),
        ("source_scores", "votes", 10.5),
        ("releases", "type", "cinema"),
        ("releases", "date", 1995),
        ("awards", "outcome", ""),
        ("awards", "year", "1996"),
        ("awards", "year", False),
        ("images", "type", "photo"),
        ("images", "path", None),
        ("videos", "site", "Dailymotion"),
        ("videos", "official", 1),
        ("cast", "person_id", "1"),
        ("crew", "job", ["Director"]),
        ("translations", "title", {}),
    ],
)
def test_a_member_of_another_kind_is_refused_by_name(field, member, value):
    (item, *_) = VALID[field]
    assert faults(**{field: [item | {member: value}]}) == {field: [f"Item 1: {member} cannot be {value!r}."]}


@pytest.mark.parametrize("value", [None, {}, "[]", 5])
def test_what_is_no_list_is_refused(value):
    assert faults(cast=value) == {"cast": [f"This is a list of objects, not {value!r}."]}


@pytest.mark.parametrize("item", [None, "Al Pacino", []])
def test_what_is_no_object_is_refused(item):
    (message,) = faults(cast=[item])["cast"]
    assert message.startswith("Item 1: It is an object with the members person_id, name, character, source")


def test_the_first_three_faults_of_each_field_are_told():
    (good,) = VALID["cast"]
    found = faults(cast=[good, *[good | {"name": None}] * 5], awards=[{}])
    assert [message[:7] for message in found["cast"]] == ["Item 2:", "Item 3:", "Item 4:"]
    assert found.keys() == {"cast", "awards"}


def test_images_of_people_have_the_shape_of_images():
    person = Person(images=[IMAGE | {"type": "profile"}])
    person.clean()
    person.images = [IMAGE | {"type": "portrait"}]
    with pytest.raises(ValidationError, match="type cannot be 'portrait'"):
        person.clean()


def test_the_values_of_a_member_are_known_to_forms():
    assert documents.choices(documents.Award, "outcome") == ("won", "nominated")
    assert documents.choices(documents.Award, "category") == ()


@pytest.mark.parametrize(
    ("field", "same"),
    [
        ("source_scores", "source"),
        ("translations", "language and country"),
        ("images", "type and source and path"),
        ("videos", "site and key"),
    ],
)
def test_what_names_a_thing_names_it_once(field, same):
    (item, *_) = VALID[field]
    assert faults(**{field: [item, item]}) == {field: [f"Item 2: There is one before of the same {same}."]}


def test_a_film_may_be_released_or_named_twice_in_a_country():
    assert faults(**{field: VALID[field] * 2 for field in ("releases", "alternative_titles", "awards", "crew")}) == {}
