"""Titles by facts, and the ready-made lists: what the index finds, shown as the catalogue has it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.catalog import services
from apps.catalog.models import ExternalId, Genre, Movie
from apps.catalog.services.settings import setting_set
from apps.reviews.services import rating_set
from tests.api.conftest import counted_queries, last_page
from tests.factories import make_collection, make_genre, make_list, make_movie, make_person

URL = "/api/v1/discover/"
NEW_YEAR = datetime(2026, 1, 2, tzinfo=UTC)
CHARTS = [f"/api/v1/movies/{name}/" for name in ("popular", "top-rated", "now-playing", "upcoming")]

pytestmark = pytest.mark.usefixtures("stores")


def answer(api, url: str = URL, **parameters: object) -> dict[str, Any]:
    response = api.get(url, parameters)
    assert response.status_code == 200, response.json()
    return response.json()


def titles(api, url: str = URL, **parameters: object) -> list[str]:
    return [row["title"] for row in answer(api, url, **parameters)["results"]]


def day(distance: int) -> date:
    return timezone.now().date() + timedelta(days=distance)


def rated(movie: Movie, count: int, value: int) -> None:
    for user_id in range(1, count + 1):
        rating_set(user_id=user_id, movie_id=movie.pk, value=value)


@pytest.fixture
def crime() -> Genre:
    return make_genre("Crime")


@pytest.fixture
def shelf(crime: Genre, search_index) -> dict[str, Movie]:
    pacino = make_person("Al Pacino")
    acts = {"person_id": pacino.pk, "name": pacino.name, "character": "Hanna"}
    heat = make_movie("Heat", genre_ids=[crime.pk], countries=["US"], cast=[acts], popularity=3, original_language="en")
    ran = make_movie("Ran", countries=["JP", "FR"], release_date=date(1985, 6, 1), popularity=2, original_language="ja")
    lost = make_movie("Lost", kind="show", genre_ids=[crime.pk], release_date=None, popularity=1)
    rows = {"heat": heat, "ran": ran, "lost": lost}
    search_index()
    return rows


def test_titles_are_shown_as_everywhere(api, shelf):
    assert answer(api)["results"] == answer(api, "/api/v1/movies/")["results"]
    assert answer(api, expand="images", fields="title")["results"] == [
        {"id": movie.pk, "title": movie.title, "images": []} for movie in shelf.values()
    ]


def test_they_are_found_by_the_filters_of_movies_and_more(api, shelf):
    best = make_list("best", movies=[shelf["ran"], shelf["lost"]])
    services.external_id_add(kind=ExternalId.Kind.MOVIE, source="imdb", value="tt1", object_id=shelf["ran"].pk)
    assert titles(api, genre="crime") == ["Heat", "Lost"]
    assert titles(api, genre__not="crime") == ["Ran"]
    assert titles(api, list="best") == titles(api, list=best.pk) == ["Ran", "Lost"]
    assert titles(api, list__not="best") == ["Heat"]
    assert titles(api, external_id="imdb:tt1") == ["Ran"]
    assert titles(api, external_id="imdb:tt2") == []
    assert titles(api, person=shelf["heat"].cast_ids[0]) == ["Heat"]
    assert titles(api, country="jp,fr", year__lte=1985, runtime__gte=1) == []
    assert titles(api, country="jp,fr", year__lte=1985) == ["Ran"]


def test_they_are_counted_on_request(api, shelf):
    assert answer(api)["count"] is None
    for count in ("exact", "estimated"):
        assert answer(api, count=count, genre="crime", limit=1)["count"] == {"value": 2, "kind": "exact"}


def test_links_keep_what_was_asked(api, walk, crime, search_index):
    for number in range(7):
        make_movie("Same", genre_ids=[crime.pk] if number % 2 else [], popularity=number // 4)
    search_index()
    expected = [row["id"] for row in answer(api, genre="crime", ordering="title")["results"]]
    url = f"{URL}?genre=crime&ordering=title&limit=2&facets=genre"
    assert walk(url) == [expected[:2], expected[2:]]
    assert walk(last_page(api, url), "previous") == [expected[2:], expected[:2]]


def test_a_cursor_belongs_to_its_order_and_to_lists_of_the_index(api, shelf):
    cursor = answer(api, limit=1)["next"].split("cursor=")[1].split("&")[0]
    other = answer(api, "/api/v1/movies/", limit=1)["next"].split("cursor=")[1].split("&")[0]
    assert titles(api, cursor=cursor) == ["Ran", "Lost"]
    for url, given, ordering in ((URL, cursor, "popularity"), (URL, other, ""), ("/api/v1/movies/", cursor, "")):
        response = api.get(url, {"cursor": given} | ({"ordering": ordering} if ordering else {}))
        assert (response.status_code, response.json()["type"]) == (400, "/api/problems/invalid-cursor/")


def test_what_is_deleted_or_changed_meanwhile_is_shown_as_it_is(api, shelf, search_index):
    services.movie_delete(movie=shelf["ran"])
    assert titles(api, limit=2) == ["Heat"]
    assert titles(api, answer(api, limit=2)["next"]) == ["Lost"]
    search_index()
    assert titles(api, limit=2) == ["Heat", "Lost"]


def test_facets_say_what_there_is_of_all_that_match(api, shelf, crime):
    facets = answer(api, facets="all", limit=1)["facets"]
    shown = {"id": crime.pk, "name": "Crime", "slug": "crime"}
    assert facets == {
        "genre": [{"value": crime.pk, "count": 2, "genre": shown}],
        "decade": [{"value": 1980, "count": 1}, {"value": 1990, "count": 1}],
        "country": [{"value": "FR", "count": 1}, {"value": "JP", "count": 1}, {"value": "US", "count": 1}],
        "language": [{"value": "en", "count": 1}, {"value": "ja", "count": 1}],
        "rating": [],
    }
    assert answer(api, facets="decade,country", genre="crime")["facets"] == {
        "decade": [{"value": 1990, "count": 1}],
        "country": [{"value": "US", "count": 1}],
    }
    assert "facets" not in answer(api)


def test_a_genre_that_is_gone_is_in_no_facet(api, shelf, crime):
    Genre.objects.filter(pk=crime.pk).delete()
    assert answer(api, facets="genre")["facets"] == {"genre": []}


def test_a_page_with_facets_takes_two_queries(api, shelf):
    with counted_queries() as numbers:
        api.get(URL, {"facets": "all", "count": "exact"})
    assert numbers["catalog"] == 2  # movies, genres


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("genre", "no-such-genre"),
        ("genre", "1,2|3"),
        ("kind", "film"),
        ("kind", "movie,show"),
        ("has_image", "photo"),
        ("has_image", "poster,backdrop|logo"),
        ("ids", ",".join(map(str, range(1, 102)))),
        ("person", "9" * 19),
        ("person", "9" * 5000),
        ("runtime__gte", "-1"),
        ("runtime__lte", "9223372036854775808"),
        ("runtime__gte", "9" * 5000),
        ("runtime__gte", "1.5"),
        ("rating__gte", "5.01"),
        ("rating__gte", "NaN"),
        ("rating__lte", "1e400"),
        ("rating__lte", "3.14159"),
        ("rating_count__gte", "many"),
        ("budget__gte", "$5"),
        ("revenue__lte", "Infinity"),
        ("year", "0"),
        ("release_date__gte", "yesterday"),
        ("keyword", "a\0b"),
        ("facets", ""),
        ("facets", "genre,"),
        ("facets", "all,genre"),
        ("facets", "keyword"),
        ("ordering", "by_popularity"),
        ("ordering", "--title"),
        ("limit", "101"),
        ("count", "all"),
    ],
)
def test_an_impossible_value_is_422_and_named(api, search_index, name, value):
    response = api.get(URL, {name: value})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, name)


@pytest.mark.parametrize("url", [URL, *CHARTS])
def test_what_nobody_knows_is_400(api, search_index, url):
    assert api.get(url, {"q": "heat"}).status_code == 400


@pytest.mark.parametrize("url", [URL, *CHARTS])
def test_until_there_is_an_index_it_is_503(api, url):
    response = api.get(url)
    assert (response.status_code, response.json()["type"]) == (503, "/api/problems/search-unavailable/")
    assert response["Retry-After"]


def test_popular_titles_are_of_all_kinds_or_one(api, shelf):
    url = CHARTS[0]
    assert titles(api, url) == ["Heat", "Ran", "Lost"]
    assert titles(api, url, kind="show") == ["Lost"]
    assert titles(api, url, country="US|JP", original_language="ja") == ["Ran"]
    assert titles(api, url, genre="crime", genre__not="1") == []


def test_the_best_rated_are_rated_often_enough(api, shelf, search_index):
    rated(shelf["heat"], 5, 8)
    rated(shelf["ran"], 6, 9)
    rated(shelf["lost"], 4, 2)
    search_index()
    assert titles(api, CHARTS[1]) == ["Ran", "Heat"]
    assert titles(api, CHARTS[1], ordering="rating") == ["Heat", "Ran"]
    setting_set(name="top_rated_min_ratings", value=4)
    assert titles(api, CHARTS[1]) == ["Ran", "Heat", "Lost"]


def test_films_of_these_weeks_are_now_playing_and_later_ones_upcoming(api, search_index):
    for distance in (-43, -42, 0, 1, 180, 181):
        make_movie(f"{distance:+}", release_date=day(distance), popularity=distance + 50)
    make_movie("Series", kind="show", release_date=day(0))
    make_movie("Planned", kind="show", release_date=day(1))
    search_index()
    assert titles(api, CHARTS[2]) == ["+0", "-42"]
    assert titles(api, CHARTS[3]) == ["+180", "+1"]
    assert titles(api, CHARTS[3], ordering="popularity") == ["+1", "+180"]


def test_of_a_film_of_some_day_in_a_year_nobody_knows_whether_it_is_playing(api, search_index, monkeypatch):
    monkeypatch.setattr("apps.catalog.api.views.charts.timezone.now", lambda: NEW_YEAR)
    make_movie("Known", release_date=date(2026, 1, 1))
    make_movie("Some day", release_date=None, release_year=2026)
    search_index()
    assert titles(api, CHARTS[2]) == ["Known"]


def test_a_collection_has_its_films_in_order_with_their_ratings(api, search_index):
    series = make_collection("Series")
    second = make_movie("Second", collection_id=series.pk, release_date=date(2000, 1, 1))
    rated(second, 3, 8)
    search_index()
    make_movie("First", collection_id=series.pk, release_date=date(1999, 1, 1))
    parts = answer(api, f"/api/v1/collections/{series.pk}/")["parts"]
    assert [(part["title"], part["rating_avg"]) for part in parts] == [("First", None), ("Second", 4.0)]
