import pytest
from django.db import connections

from apps.catalog.models import Movie
from tests.api.conftest import counted_queries, last_page
from tests.factories import make_genre, make_movie

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/movies/"


def make_ties() -> None:
    """Movies of which many share a popularity, a day and a title."""
    for popularity in (2.5, 0, 0, 0.1, 0, 2.5, 0, 0.3, 0, 2.5, 0):
        make_movie("Same", popularity=popularity)


@pytest.mark.parametrize("ordering", ["popularity", "-popularity", "title", "-title", "release_date", "-release_date"])
@pytest.mark.parametrize("limit", [1, 2, 3, 4, 11, 12])
def test_every_row_is_on_one_page_and_in_order_both_ways(api, walk, ordering, limit):
    make_ties()
    field = {"popularity": "popularity", "title": "sort_title", "release_date": "release_day"}[ordering.strip("-")]
    sign = "-" if ordering.startswith("-") else ""
    expected = list(Movie.objects.order_by(sign + field, f"{sign}pk").values_list("pk", flat=True))
    url = f"{URL}?ordering={ordering}&limit={limit}"

    forward = walk(url)
    back = walk(last_page(api, url), "previous")

    assert [pk for page in forward for pk in page] == expected
    assert [pk for page in reversed(back) for pk in page] == expected
    assert all(len(page) == limit for page in forward[:-1])


def test_a_list_of_one_column_order_goes_both_ways(api, walk):
    for name in "abcde":
        make_genre(name)
    forward = walk("/api/v1/genres/?limit=2")
    back = walk(last_page(api, "/api/v1/genres/?limit=2"), "previous")
    assert [len(page) for page in forward] == [2, 2, 1]
    assert [pk for page in forward for pk in page] == [pk for page in reversed(back) for pk in page]


def test_rows_that_come_in_between_move_nothing(api):
    for number in range(4):
        make_movie(popularity=number)
    first = api.get(f"{URL}?limit=2").json()
    make_movie("New at the top", popularity=100)
    second = api.get(first["next"]).json()
    assert [row["popularity"] for row in second["results"]] == [1, 0]


def test_the_links_keep_the_filters(api):
    crime, drama = make_genre("Crime"), make_genre("Drama")
    for genre in (crime, drama) * 3:
        make_movie(genre_ids=[genre.pk])
    answer = api.get(f"{URL}?genre=crime&limit=2").json()
    rest = api.get(answer["next"]).json()
    assert {genre["slug"] for row in answer["results"] + rest["results"] for genre in row["genres"]} == {"crime"}
    assert rest["next"] is None


def test_an_empty_list_is_one_page(api):
    assert api.get(URL).json() == {"results": [], "next": None, "previous": None, "count": None}


def test_a_page_is_twenty_rows(api):
    for _ in range(21):
        make_movie()
    assert len(api.get(URL).json()["results"]) == 20
    assert len(api.get(URL, {"limit": 21}).json()["results"]) == 21


@pytest.mark.parametrize("limit", ["0", "-1", "101", "1000", "00100000", "x", "", "1.0", "²"])
def test_a_limit_out_of_bounds_is_refused(api, limit):
    response = api.get(URL, {"limit": limit})
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"] == [{"parameter": "limit", "detail": "limit is a whole number from 1 to 100."}]


@pytest.mark.parametrize("cursor", ["", "x", "W10", "a.b", "é", "eyJhIjoxfQ.YWJj"])
def test_a_cursor_that_is_none_is_400(api, cursor):
    response = api.get(URL, {"cursor": cursor})
    assert response.status_code == 400
    assert response.json()["type"] == "/api/problems/invalid-cursor/"
    assert response.json()["errors"][0]["parameter"] == "cursor"


def cursor_of(api, url: str) -> str:
    return api.get(url).json()["next"].split("cursor=")[1].split("&")[0]


def test_a_cursor_that_somebody_changed_is_400(api):
    make_ties()
    cursor = cursor_of(api, f"{URL}?limit=1")
    changed = ("A" if cursor[3] != "A" else "B").join([cursor[:3], cursor[4:]])
    assert api.get(URL, {"cursor": changed}).status_code == 400


def test_a_cursor_belongs_to_its_ordering_and_its_list(api):
    make_ties()
    cursor = cursor_of(api, f"{URL}?limit=1")
    assert api.get(URL, {"cursor": cursor}).status_code == 200
    assert api.get(URL, {"cursor": cursor, "ordering": "popularity"}).status_code == 400
    assert api.get("/api/v1/people/", {"cursor": cursor}).status_code == 400


def test_an_ordering_that_is_none_is_422(api):
    response = api.get(URL, {"ordering": "id"})
    assert response.status_code == 422
    assert "popularity, rating, rating_count, release_date, title" in response.json()["detail"]
    assert api.get(URL, {"ordering": "--popularity"}).status_code == 422


def test_a_list_is_counted_on_request(api):
    crime = make_genre("Crime")
    for _ in range(3):
        make_movie(genre_ids=[crime.pk])
    make_movie()
    assert api.get(URL).json()["count"] is None
    assert api.get(URL, {"count": "none"}).json()["count"] is None
    assert api.get(URL, {"count": "exact"}).json()["count"] == {"value": 4, "kind": "exact"}
    filtered = {"genre": "crime", "limit": 1}
    assert api.get(URL, filtered | {"count": "exact"}).json()["count"] == {"value": 3, "kind": "exact"}
    assert api.get(URL, filtered | {"count": "estimated"}).json()["count"] == {"value": 3, "kind": "exact"}
    assert api.get(URL, {"count": "all"}).status_code == 422


def test_an_estimate_says_that_it_is_one(api):
    make_movie()
    connection = connections["catalog"]
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE catalog_movie")  # until then it has nothing to say
    count = api.get(URL, {"count": "estimated"}).json()["count"]
    assert count["kind"] == ("exact" if connection.vendor == "sqlite" else "estimated")


def test_an_estimate_stops_counting(api, monkeypatch):
    monkeypatch.setattr("movieverse.api.counts.MOST_COUNTED", 2)
    for _ in range(4):
        make_movie(countries=["US"])
    count = api.get(URL, {"count": "estimated", "country": "us"}).json()["count"]
    assert count == {"value": 2, "kind": "at_least"}


def test_a_page_takes_as_many_queries_as_it_takes_however_long_it_is(api):
    genre = make_genre("Crime")
    for _ in range(12):
        make_movie(genre_ids=[genre.pk])

    def queries(url: str) -> int:
        with counted_queries() as numbers:
            api.get(url)
        return numbers["catalog"]

    assert queries(f"{URL}?limit=1") == queries(f"{URL}?limit=12") == 2  # movies, genres
    following = api.get(f"{URL}?limit=5").json()["next"]
    assert queries(following) <= 3  # ties, the rest, genres
