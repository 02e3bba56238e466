"""`search/` and `search/suggest/`, as callers see them."""

from itertools import chain
from urllib.parse import quote, urlencode

import pytest
from rest_framework.test import APIClient

from apps.catalog import services
from apps.catalog.search import files
from tests.api.conftest import counted_queries
from tests.factories import make_collection, make_company, make_genre, make_movie, make_person

SEARCH, SUGGEST = "/api/v1/search/", "/api/v1/search/suggest/"
GERMAN = {"language": "de", "country": "", "title": "Hitze", "overview": "", "tagline": ""}


def asked(api: APIClient, url: str = SEARCH, **parameters) -> dict:
    answer = api.get(url, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(api: APIClient, url: str, status: int, code: str, parameter: str) -> str:
    answer = api.get(url)
    body = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"/api/problems/{code}/")
    (error,) = body["errors"]
    assert error["parameter"] == parameter
    return error["detail"]


def test_rows_of_every_kind_are_shown_as_their_lists_show_them(api, search_index):
    rows = {
        "movies": make_movie("Rocky", genre_ids=[make_genre("Drama").pk], popularity=5),
        "people": make_person("Rocky", popularity=4),
        "companies": make_company("Rocky"),
        "collections": make_collection("Rocky"),
    }
    search_index()
    body = asked(api, q="rocky")
    assert (body["next"], body["previous"], body["count"]) == (None, None, None)
    listed = {name: api.get(f"/api/v1/{name}/").json()["results"] for name in rows}
    lists = {"movie": "movies", "person": "people", "company": "companies", "collection": "collections"}
    for found in body["results"]:
        name = lists[found["type"]]
        assert [found["item"]] == listed[name]
        assert (found["id"], found["name"]) == (rows[name].pk, "Rocky")
        assert found["year"] == (1995 if name == "movies" else None)
    assert len(body["results"]) == 4


def test_a_page_reads_the_catalogue_once_a_kind(api, search_index):
    genre = make_genre()
    for _ in range(10):
        make_movie("Heat", genre_ids=[genre.pk])
        make_movie("Heat", kind="show", genre_ids=[genre.pk])
        make_person("Heat")
    search_index()
    with counted_queries() as queries:
        assert len(asked(api, q="heat", limit=30)["results"]) == 30
    assert {store: number for store, number in queries.items() if number} == {"catalog": 3}


def test_kinds_are_chosen(api, search_index):
    make_movie("Rocky")
    make_movie("Rocky", kind="show")
    make_person("Rocky")
    search_index()
    for url in (SEARCH, SUGGEST):
        assert [one["type"] for one in asked(api, url, q="rocky", type="person")["results"]] == ["person"]
        kinds = {one["type"] for one in asked(api, url, q="rocky", type="show|movie")["results"]}
        assert kinds == {"show", "movie"}
        same = "|".join(["person"] * 5)
        assert [one["type"] for one in asked(api, url, q="rocky", type=same)["results"]] == ["person"]


def test_titles_are_shown_in_the_language_asked_for(api, search_index):
    make_movie("Heat", translations=[GERMAN])
    search_index()
    (found,) = asked(api, q="hitze", language="de")["results"]
    assert (found["name"], found["item"]["title"], found["item"]["answered_in"]["title"]) == ("Heat", "Hitze", "de")


def test_pages_have_every_row_once_there_and_back(api, walk, search_index):
    for title in ("Heat", "Heatwave", "Body Heat"):
        for popularity in (1, 1, 2):
            make_movie(title, popularity=popularity)
    search_index()
    (whole,) = walk(f"{SEARCH}?q=heat&limit=100")
    assert len(set(whole)) == 9
    for limit in (1, 2, 4):
        pages = walk(f"{SEARCH}?q=heat&limit={limit}")
        assert [*chain(*pages)] == whole
        assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    url = f"{SEARCH}?q=heat&limit=2"
    while following := asked(api, url)["next"]:
        url = following
    assert [*chain(*reversed(walk(url, "previous")))] == whole


def test_a_count_is_exact_and_only_made_on_request(api, search_index):
    for title in ("Heat", "Heatwave", "Cold"):
        make_movie(title)
    search_index()
    assert asked(api, q="heat")["count"] is None
    for count in ("exact", "estimated"):
        assert asked(api, q="heat", count=count, limit=1)["count"] == {"value": 2, "kind": "exact"}


def test_what_has_been_deleted_since_is_left_out(api, search_index):
    films = [make_movie("Heat", popularity=3 - number) for number in range(3)]
    search_index()
    services.movie_delete(movie=films[1])
    body = asked(api, q="heat", limit=2)
    assert [row["id"] for row in body["results"]] == [films[0].pk]
    assert [row["id"] for row in asked(api, body["next"])["results"]] == [films[2].pk]


def test_a_cursor_of_another_query_is_but_a_place(api, search_index):
    for title in ("Heat", "Heat", "Cold", "Cold"):
        make_movie(title)
    search_index()
    following = asked(api, q="heat", limit=1)["next"]
    assert len(asked(api, following.replace("q=heat", "q=cold"))["results"]) <= 1
    movies = asked(api, "/api/v1/movies/?limit=1")["next"]
    other = movies.replace("/api/v1/movies/?", f"{SEARCH}?q=heat&")
    assert refused(api, other, 400, "invalid-cursor", "cursor")


def test_members_are_chosen(api, search_index):
    make_movie("Heat")
    search_index()
    (found,) = asked(api, q="heat", fields="name,year")["results"]
    assert found.keys() == {"id", "name", "year"}


def test_suggestions_come_from_the_index_alone(api, search_index):
    heat = make_movie("Heat")
    search_index()
    with counted_queries() as queries:
        body = asked(api, SUGGEST, q="hea")
    assert body == {"results": [{"type": "movie", "id": heat.pk, "name": "Heat", "year": 1995}]}
    assert not any(queries.values())


def test_suggestions_are_ten_unless_told_and_twenty_at_most(api, search_index):
    for _ in range(25):
        make_movie("Heat")
    search_index()
    assert len(asked(api, SUGGEST, q="hea")["results"]) == 10
    assert len(asked(api, SUGGEST, q="hea", limit=20)["results"]) == 20
    for limit in ("0", "21", "x", "-1", "٣", "1" * 5_000):
        refused(api, f"{SUGGEST}?{urlencode({'q': 'h', 'limit': limit})}", 422, "invalid-parameter", "limit")


@pytest.mark.parametrize("url", [SEARCH, SUGGEST])
@pytest.mark.usefixtures("search_index")
class TestWhatCannotBeUsed:
    @pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=" + "a" * 201, "?q=" + "a" * 10_000, "?q=" + "*" * 500])
    def test_there_is_something_to_look_for_and_not_too_much(self, api, url, query):
        assert "200 characters" in refused(api, url + query, 422, "invalid-parameter", "q")

    @pytest.mark.parametrize("kinds", ["film", "", "movie|", "movie,show", "MOVIE", "movie|\0"])
    def test_kinds_are_those_there_are(self, api, url, kinds):
        said = refused(api, f"{url}?q=heat&type={quote(kinds)}", 422, "invalid-parameter", "type")
        assert "movie, show, person, company, collection" in said

    def test_parameters_are_known_and_given_once(self, api, url):
        refused(api, f"{url}?q=heat&genre=1", 400, "unknown-parameter", "genre")
        refused(api, f"{url}?q=heat&q=heat", 400, "repeated-parameter", "q")

    def test_a_language_is_one(self, api, url):
        status = 422 if url == SEARCH else 400
        code = "invalid-parameter" if url == SEARCH else "unknown-parameter"
        refused(api, f"{url}?q=heat&language=!", status, code, "language")

    @pytest.mark.parametrize(
        "raw", ["%00", "%ED%A0%80", "%FF", ".*%5B", "%2A" * 200, "%F0%9F%8E%AC", "%D7%A9", "tt1%00"]
    )
    def test_anything_may_be_looked_for(self, api, url, raw):
        assert asked(api, f"{url}?q={raw}")["results"] == []


@pytest.mark.parametrize("url", [SEARCH, SUGGEST])
@pytest.mark.usefixtures("stores")
def test_while_there_is_no_index_callers_are_told_to_come_again(api, url):
    assert files.current() is None
    answer = api.get(f"{url}?q=heat")
    assert (answer.status_code, answer.json()["type"]) == (503, "/api/problems/search-unavailable/")
    assert int(answer["Retry-After"]) > 0


def test_the_catalogue_being_away_suggestions_go_on(api, search_index, take_away):
    make_movie("Heat")
    search_index()
    take_away("catalog")
    assert [one["name"] for one in asked(api, SUGGEST, q="heat")["results"]] == ["Heat"]
    assert api.get(f"{SEARCH}?q=heat").status_code == 503
