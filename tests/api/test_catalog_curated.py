"""What curators write of people, genres, companies, collections and lists."""

import pytest

from apps.catalog import services
from apps.catalog.models import Collection, Company, CuratedList, Genre, ListEntry, Movie, Person
from tests.api.conftest import ANY_VERSION, refusals
from tests.factories import make_collection, make_company, make_genre, make_list, make_movie, make_person

pytestmark = pytest.mark.usefixtures("stores")

API = "/api/v1/"

# A list's path, its model, an acceptable body, and a row of it that a title has.
KINDS = [
    ("people/", Person, {"name": "Al Pacino"}),
    ("genres/", Genre, {"name": "Crime"}),
    ("companies/", Company, {"name": "Regency"}),
    ("collections/", Collection, {"name": "Heat Collection"}),
    ("lists/", CuratedList, {"name": "Best of all", "slug": "best"}),
]


@pytest.mark.parametrize(("path", "model", "body"), KINDS)
def test_a_row_is_added_changed_and_deleted(desk, path, model, body):
    created = desk.post(f"{API}{path}", body)
    assert created.status_code == 201, created.content
    url, tag = created["Location"], created["ETag"]
    assert desk.get(url).json() == created.json()
    changed = desk.patch(url, {"name": "Another name"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Another name")
    for refused in (
        desk.patch(url, {"name": "Late"}, headers={"If-Match": tag}),
        desk.delete(url, headers={"If-Match": tag}),
    ):
        assert refused.status_code == 412
    assert desk.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert not model.objects.exists()


@pytest.mark.parametrize(("path", "model", "body"), KINDS)
@pytest.mark.parametrize("name", ["", " ", None, "x" * 201, "a\0b", ["x"], {}])
def test_a_name_that_is_none_is_422(desk, path, model, body, name):
    assert "/name" in refusals(desk.post(f"{API}{path}", body | {"name": name}))
    assert "/nonsense" in refusals(desk.post(f"{API}{path}", body | {"nonsense": 1}))
    assert "/name" in refusals(desk.post(f"{API}{path}", {}))


def test_facts_of_a_person_are_locked_and_another_name_changes_in_the_credits(desk):
    person = make_person("Larry Wachowski")
    movie = make_movie(cast=[{"person_id": person.pk, "character": "Himself"}])
    facts = {
        "name": "Lana Wachowski", "also_known_as": ["Larry Wachowski"], "birth_date": "1965-06-21",
        "birth_place": "Chicago", "known_for": "Directing", "biography": "A director.",
        "images": [{"type": "profile", "source": "tmdb", "path": "/l.jpg"}],
    }  # fmt: skip
    answer = desk.patch(f"{API}people/{person.pk}/", facts, headers=ANY_VERSION)
    assert answer.status_code == 200, answer.content
    assert answer.json()["images"][0]["url"].endswith("/l.jpg")
    assert {name: answer.json()[name] for name in facts if name != "images"} == {
        name: value for name, value in facts.items() if name != "images"
    }
    assert Movie.objects.get(pk=movie.pk).cast[0]["name"] == "Lana Wachowski"
    origins = desk.get(f"{API}people/{person.pk}/origins/").json()["origins"]
    assert origins["biography"]["locked"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"birth_date": "soon"}, "/birth_date"),
        ({"also_known_as": ["x" * 201]}, "/also_known_as/0"),
        ({"also_known_as": ["x"] * 501}, "/also_known_as"),
        ({"homepage": "x"}, "/homepage"),
        ({"biography": "x" * 20_001}, "/biography"),
        ({"images": [{}]}, "/images/0/path"),
    ],
)
def test_what_cannot_be_a_person_s_is_422(desk, changes, pointer):
    person = make_person()
    assert pointer in refusals(desk.patch(f"{API}people/{person.pk}/", changes, headers=ANY_VERSION))


def test_a_genre_s_name_is_its_own(desk):
    make_genre("Science Fiction")
    assert set(refusals(desk.post(f"{API}genres/", {"name": "SCIENCE-FICTION"}))) == {"/name"}
    assert set(refusals(desk.post(f"{API}genres/", {"name": "!!"}))) == {"/name"}


@pytest.mark.parametrize(
    ("path", "make", "fact"),
    [
        ("genres", make_genre, lambda pk: {"genre_ids": [pk]}),
        ("companies", make_company, lambda pk: {"company_ids": [pk]}),
        ("collections", make_collection, lambda pk: {"collection_id": pk}),
    ],
)
def test_what_titles_have_cannot_be_deleted(desk, path, make, fact):
    row = make()
    make_movie("Heat", **fact(row.pk))
    refused = desk.delete(f"{API}{path}/{row.pk}/", headers=ANY_VERSION)
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/problems/in-use/")
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("path", ["people", "genres", "companies", "collections"])
def test_rows_of_every_kind_are_known_elsewhere(desk, path):
    make = {"people": make_person, "genres": make_genre, "companies": make_company, "collections": make_collection}[
        path
    ]
    url = f"{API}{path}/{make().pk}/external-ids/"
    assert desk.post(url, {"source": "tmdb", "value": "5"}).status_code == 201
    assert [len(rows) for name, rows in desk.get(f"{API}find/tmdb/5/").json().items() if name == path] == [1]
    assert desk.delete(f"{url}tmdb/5/").status_code == 204
    assert desk.get(url).json() == {"external_ids": []}


# --- Lists ----------------------------------------------------------------------------------------


@pytest.fixture
def best(stores: None) -> CuratedList:
    return make_list("best", movies=[make_movie("Heat"), make_movie("Ran")])


def order(curated_list: CuratedList) -> list[tuple[int, int]]:
    entries = ListEntry.objects.filter(list_id=curated_list.pk).order_by("position")
    return [(entry.movie_id, entry.rank) for entry in entries]


@pytest.mark.parametrize("slug", ["", "250", "Best", "best of", "-best", "é", "x" * 81])
def test_a_slug_stands_in_urls_and_is_no_number(desk, slug):
    assert set(refusals(desk.post(f"{API}lists/", {"name": "Best", "slug": slug}))) == {"/slug"}


def test_a_slug_is_one_list_s(desk, best):
    assert set(refusals(desk.post(f"{API}lists/", {"name": "Best", "slug": "best"}))) == {"/slug"}
    same = desk.patch(f"{API}lists/{best.pk}/", {"slug": "best"}, headers=ANY_VERSION)
    assert same.status_code == 200


def test_entries_are_replaced_as_a_whole(desk, best):
    heat, ran = (pk for pk, _ in order(best))
    url = f"{API}lists/{best.pk}/entries/"
    seen = desk.get(url)["ETag"]
    entries = [{"movie_id": ran, "rank": 1}, {"movie_id": heat, "rank": 2, "year": 1995}]
    answer = desk.put(url, {"entries": entries}, headers={"If-Match": seen})
    assert answer.status_code == 200, answer.content
    assert [(row["movie"]["title"], row["year"]) for row in answer.json()["results"]] == [("Ran", None), ("Heat", 1995)]
    assert order(best) == [(ran, 1), (heat, 2)]
    assert desk.put(url, {"entries": []}, headers={"If-Match": seen}).status_code == 412
    assert desk.put(url, {"entries": []}, headers=ANY_VERSION).json()["results"] == []


def test_entries_are_taken_as_they_are_shown(desk, best):
    url = f"{API}lists/{best.pk}/entries/"
    page = desk.get(url)
    shown = page.json()["results"]
    assert desk.put(url, {"entries": shown}, headers={"If-Match": page["ETag"]}).json()["results"] == shown
    turned = desk.put(url, {"entries": shown[::-1]}, headers=ANY_VERSION).json()["results"]
    assert [(row["movie_id"], row["position"]) for row in turned] == [
        (shown[1]["movie_id"], 1),
        (shown[0]["movie_id"], 2),
    ]


def test_a_title_is_put_at_the_end_of_a_list_and_taken_out_of_it(desk, best):
    url, alien = f"{API}lists/{best.pk}/entries/", make_movie("Alien")
    created = desk.post(url, {"movie_id": alien.pk, "rank": 3})
    assert created.status_code == 201, created.content
    assert created["Location"].endswith(f"{url}{alien.pk}/")
    assert (created.json()["position"], created.json()["movie"]["title"]) == (3, "Alien")
    assert desk.post(url, {"movie_id": alien.pk, "rank": 4}).status_code == 409
    first = order(best)[0][0]
    stale = desk.delete(f"{url}{first}/", headers={"If-Match": '"1-x"'})
    assert (stale.status_code, stale["ETag"]) == (412, desk.get(f"{url}{first}/")["ETag"])
    assert desk.delete(f"{url}{first}/", headers={"If-Match": stale["ETag"]}).status_code == 204
    assert desk.delete(f"{url}{first}/", headers=ANY_VERSION).status_code == 404
    assert [rank for _, rank in order(best)] == [2, 3]


@pytest.mark.parametrize(
    ("entries", "pointer"),
    [
        ([{"movie_id": 999, "rank": 1}], "/entries"),
        ([{"movie_id": 1, "rank": 1}] * 2, "/entries"),
        ([{"movie_id": 1, "rank": 0}], "/entries/0/rank"),
        ([{"movie_id": 1, "rank": 10**30}], "/entries/0/rank"),
        ([{"movie_id": 1, "rank": 1, "year": 0}], "/entries/0/year"),
        ([{"movie_id": 1, "rank": 1, "list_id": 1}], "/entries/0/list_id"),
        ([{"rank": 1}], "/entries/0/movie_id"),
        ([{"movie_id": 1, "rank": 1}] * 1_001, "/entries"),
        ({}, "/entries"),
        (None, "/entries"),
    ],
)
def test_what_cannot_be_a_list_s_entries_is_422(desk, best, entries, pointer):
    url = f"{API}lists/{best.pk}/entries/"
    assert pointer in refusals(desk.put(url, {"entries": entries}, headers=ANY_VERSION))
    assert len(order(best)) == 2


def test_a_title_that_there_is_not_cannot_be_listed(desk, best):
    refused = desk.post(f"{API}lists/{best.pk}/entries/", {"movie_id": 999, "rank": 1})
    assert set(refusals(refused)) == {"/movie_id"}
    services.movie_delete(movie=Movie.objects.get(title="Heat"))
    assert len(order(best)) == 1
