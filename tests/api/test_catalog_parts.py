"""What curators write of a title's long parts, its locks, and what other sources call it."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.catalog import services
from apps.catalog.models import ExternalId, Movie
from tests.api.conftest import ANY_VERSION, refusals
from tests.factories import make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/movies/"


def put(desk: APIClient, movie: Movie, part: str, **body: Any) -> Any:
    return desk.put(f"{URL}{movie.pk}/{part}/", body, headers=ANY_VERSION)


def test_credits_are_replaced_and_those_that_stay_keep_their_source(desk):
    pacino, mann, kilmer = make_person("Al Pacino"), make_person("Michael Mann"), make_person("Val Kilmer")
    heat = make_movie(
        "Heat",
        cast=[{"person_id": pacino.pk, "character": "Hanna", "source": "tmdb"}],
        crew=[{"person_id": mann.pk, "department": "Directing", "job": "Director", "source": "tmdb"}],
    )
    shown = desk.get(f"{URL}{heat.pk}/credits/").json()
    shown["cast"].append({"person_id": kilmer.pk, "character": "Shiherlis"})
    answer = put(desk, heat, "credits", **shown)
    assert answer.status_code == 200, answer.content
    assert [(one["name"], one["source"]) for one in answer.json()["cast"]] == [
        ("Al Pacino", "tmdb"),
        ("Val Kilmer", "curator"),
    ]
    stored = Movie.objects.get()
    assert (stored.cast_ids, stored.director_ids) == ([pacino.pk, kilmer.pk], [mann.pk])
    assert (stored.is_locked("cast"), stored.is_locked("crew")) == (True, True)


def test_everything_of_a_part_is_to_be_given(desk):
    heat = make_movie("Heat")
    assert refusals(put(desk, heat, "credits", cast=[])) == {"/crew": "This field is required."}
    assert "/videos" in refusals(put(desk, heat, "images", images=[], videos=[]))


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("images", {"images": [{"type": "poster", "source": "tmdb", "path": "/p.jpg", "width": 1, "height": 2}]}),
        ("videos", {"videos": [{"site": "Vimeo", "key": "1", "name": "Teaser", "size": 1080, "official": True}]}),
        ("translations", {"translations": [{"language": "de", "country": "AT", "tagline": "Heiß"}]}),
        ("alternative-titles", {"alternative_titles": [{"title": "Pressure", "type": "working title"}]}),
        ("releases", {"releases": [{"country": "DE", "certification": "16", "date": "1996-02-29"}]}),
        ("awards", {"awards": [{"award": "Oscar", "category": "Best", "year": 1996, "outcome": "won"}]}),
    ],
)
def test_a_part_is_what_was_put_and_may_be_put_again_as_it_is_shown(desk, part, body):
    heat = make_movie("Heat")
    first = put(desk, heat, part, **body)
    assert first.status_code == 200, first.content
    ((name, given),) = body.items()
    assert given[0].items() <= first.json()[name][0].items()
    again = put(desk, heat, part, **first.json())
    assert (again.status_code, again.json()) == (200, first.json())
    assert refusals(put(desk, heat, part, **{name: given * 501})) == {
        f"/{name}": "Ensure this field has no more than 500 elements."
    }


def test_locks_are_those_that_were_put(desk, curator):
    heat = make_movie("Heat")
    url = f"{URL}{heat.pk}/locks/"
    assert set(desk.get(url).json()["facts"]) == {"title", "original_title", "release_date"}
    answer = desk.put(url, {"facts": ["title", "genres"]}, headers={"If-Match": desk.get(url)["ETag"]})
    assert (answer.status_code, set(answer.json()["facts"])) == (200, {"title", "genres"})
    stored = Movie.objects.get()
    assert stored.is_locked("genre_ids")
    assert stored.origins["genre_ids"]["by"] == curator.pk
    assert "by" not in stored.origins["title"]
    assert not stored.is_locked("release_date")
    wrong = refusals(desk.put(url, {"facts": ["title", "genre_ids"]}, headers=ANY_VERSION))
    assert "There is no fact 'genre_ids'. There are title," in wrong["/facts"]
    assert set(refusals(desk.put(url, {"facts": "title"}, headers=ANY_VERSION))) == {"/facts"}


def test_external_ids_come_and_go(desk):
    heat = make_movie("Heat")
    url = f"{URL}{heat.pk}/external-ids/"
    assert desk.post(url, {"source": "tmdb", "value": "949"}).status_code == 201
    answer = desk.post(url, {"source": "4-k_uhd", "value": "a:b/c"})
    assert answer.json()["external_ids"] == [
        {"source": "4-k_uhd", "value": "a:b/c", "url": None},
        {"source": "tmdb", "value": "949", "url": "https://www.themoviedb.org/movie/949"},
    ]
    assert desk.get(url).json() == answer.json()
    assert desk.delete(f"{url}4-k_uhd/a:b/c/").status_code == 204
    assert desk.delete(f"{url}4-k_uhd/a:b/c/").status_code == 404
    assert [row["value"] for row in desk.get(url).json()["external_ids"]] == ["949"]


def test_an_id_that_another_title_has_is_409(desk):
    heat, other = make_movie("Heat"), make_movie("Other")
    services.external_id_add(kind="movie", source="tmdb", value="949", object_id=other.pk)
    url = f"{URL}{heat.pk}/external-ids/"
    refused = desk.post(url, {"source": "tmdb", "value": "949"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/problems/external-id-taken/")
    assert desk.delete(f"{url}tmdb/949/").status_code == 404  # it is not this one's
    assert ExternalId.objects.get().object_id == other.pk


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"source": "TMDB", "value": "1"}, "/source"),
        ({"source": "a:b", "value": "1"}, "/source"),
        ({"source": "tmdb", "value": ""}, "/value"),
        ({"source": "tmdb", "value": "x" * 81}, "/value"),
        ({"source": "tmdb", "value": "\0"}, "/value"),
        ({"source": "tmdb", "value": "1", "kind": "person"}, "/kind"),
        ({"source": "tmdb"}, "/value"),
    ],
)
def test_what_cannot_be_an_external_id_is_422(desk, body, pointer):
    assert pointer in refusals(desk.post(f"{URL}{make_movie().pk}/external-ids/", body))
