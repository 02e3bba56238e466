"""Rows chosen by what somebody types, and the drawn posters."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from apps.catalog import services as catalog
from apps.catalog.models import Collection, Company, CuratedList, Genre, Movie, Person
from apps.profiles.models import Profile
from tests.admin.browser import opened
from tests.admin.rows import make_row, page
from tests.factories import make_movie, make_person, make_user

pytestmark = pytest.mark.usefixtures("stores")

PICKABLE = [Movie, Person, Genre, Company, Collection, CuratedList]


def picks(client, model, term: str) -> list[dict]:
    answer = client.get(page(model, "pick"), {"term": term})
    assert answer.status_code == 200
    return answer.json()["results"]


@pytest.mark.parametrize("model", PICKABLE, ids=lambda model: model.__name__)
def test_a_row_is_picked_by_the_start_of_its_name_and_its_id(desk, model):
    row = make_row(model)
    start = str(row)[:6]
    assert [pick["id"] for pick in picks(desk, model, start)] == [row.pk]
    assert [pick["id"] for pick in picks(desk, model, str(row.pk))] == [row.pk]
    assert str(row) in picks(desk, model, start)[0]["text"]


@pytest.mark.parametrize("term", ["", " ", "\0", "%", "zzz", "9" * 60, "tmdb:", "\U0010ffff"])
def test_there_is_nothing_to_pick_for(desk, term):
    make_person("Al Pacino")
    assert picks(desk, Person, term) == []


def test_people_are_picked_by_their_ids_elsewhere_and_told_apart(desk):
    person = make_person("Al Pacino", known_for="Acting", birth_date=date(1940, 4, 25))
    catalog.external_id_add(kind="person", source="imdb", value="nm0000199", object_id=person.pk)
    assert picks(desk, Person, "nm0000199") == picks(desk, Person, "imdb:nm0000199") == [
        {"id": person.pk, "text": f"Al Pacino · Acting · born 1940 · {person.pk}"}
    ]  # fmt: skip


def test_at_most_twenty_are_offered_in_one_query(desk, queries_by_store):
    for number in range(25):
        make_person(f"Al {number:02}")
    counted = queries_by_store(lambda: picks(desk, Person, "al"))
    assert {alias: count for alias, count in counted.items() if count} == {"default": 2, "catalog": 1}
    assert [pick["text"].split(" · ")[0] for pick in picks(desk, Person, "al")] == [f"Al {n:02}" for n in range(20)]


def test_who_may_not_look_picks_nothing(client, member):
    assert client.get(page(Movie, "pick"), {"term": "h"}).status_code == 302
    helper = make_user("helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_genre"))
    client.force_login(helper)
    assert client.get(page(Movie, "pick"), {"term": "h"}).status_code == 403


def test_a_profiles_favourites_are_picked(desk, member):
    first, second = make_movie("Heat"), make_movie("Ronin")
    sent = opened(desk, page(Profile, "add")) | {"user_id": member.pk, "favourite_movie_ids": [second.pk, first.pk]}
    assert desk.post(page(Profile, "add"), sent).status_code == 302
    sent = opened(desk, page(Profile, "change", member.pk))
    assert sent["favourite_movie_ids"] == [str(second.pk), str(first.pk)]
    assert "Ronin (1995)" in desk.get(page(Profile, "change", member.pk)).content.decode()


def poster(client, pk: int, **headers: str):
    return client.get(reverse("poster", args=[pk]), headers=headers)


def test_a_poster_is_drawn_for_anybody_and_kept(client):
    movie = make_movie("Heat")
    answer = poster(client, movie.pk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert ">Heat</tspan>" in answer.content.decode()
    assert ">1995</text>" in answer.content.decode()
    assert "public" in answer["Cache-Control"]
    assert poster(client, movie.pk, if_none_match=answer["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "title",
    ["<script>alert(1)</script>", "\x0b\x1f", "\"&'", "]]>", "七人の侍" * 40, "Long " * 50, "x" * 300, "\u202eevil"],
)
def test_a_hostile_title_is_drawn_as_well(client, title):
    from xml.etree import ElementTree

    movie = make_movie("Heat")
    Movie.objects.filter(pk=movie.pk).update(title=title)
    answer = poster(client, movie.pk)
    ElementTree.fromstring(answer.content)  # noqa: S314
    assert b"<script" not in answer.content


def test_there_is_no_poster_of_no_title(client):
    assert poster(client, 77).status_code == 404
    assert client.get("/posters/0.svg").status_code == 404
    assert client.get(f"/posters/{'9' * 30}.svg").status_code == 404
    assert client.post(reverse("poster", args=[make_movie().pk])).status_code == 405


def test_a_list_shows_posters_and_the_drawn_ones(desk):
    image = {"type": "poster", "source": "tmdb", "path": "/a.jpg", "width": None, "height": None, "language": ""}
    with_poster, without = make_movie("Heat", images=[image]), make_movie("<script>alert(1)</script>")
    content = desk.get(page(Movie, "changelist")).content.decode()
    assert 'src="https://image.tmdb.org/t/p/w92/a.jpg"' in content
    assert f'data-instead="/posters/{with_poster.pk}.svg?v=1"' in content
    assert f'src="/posters/{without.pk}.svg?v=1"' in content
    assert "<script>alert(1)" not in content
    assert "<script>alert(1)" not in desk.get(page(Movie, "change", without.pk)).content.decode()
