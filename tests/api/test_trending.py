from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.catalog.models import Movie
from apps.catalog.trends import trends_add
from movieverse import tally
from tests.api.conftest import Walk, counted_queries
from tests.factories import make_genre, make_movie

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/trending/movies/"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def titles(api: APIClient, **parameters: object) -> list[str]:
    response = api.get(URL, parameters)
    assert response.status_code == 200, response.json()
    return [row["title"] for row in response.json()["results"]]


@pytest.fixture
def busy() -> dict[str, Movie]:
    """Films of an old big burst and a new small one, and one that nobody cares for."""
    crime = make_genre("Crime")
    heat, alien = make_movie("Heat", genre_ids=[crime.pk]), make_movie("Alien")
    make_movie("Ignored", genre_ids=[crime.pk], popularity=99)
    trends_add(signals={heat.pk: 40}, at=NOON)
    trends_add(signals={alien.pk: 10}, at=NOON + timedelta(hours=36))
    return {"heat": heat, "alien": alien, "crime": crime}


def test_a_day_is_what_one_gets_and_a_week_remembers_for_longer(api: APIClient, busy: dict[str, Any]):
    assert titles(api) == titles(api, window="day") == ["Alien", "Heat"]
    assert titles(api, window="week") == ["Heat", "Alien"]


def test_where_nothing_has_happened_yet_the_page_is_empty(api: APIClient):
    make_movie("Heat")
    assert api.get(URL).json() == {"results": [], "next": None, "previous": None, "count": None}


def test_it_takes_the_filters_and_shows_the_members_of_the_list_of_titles(api: APIClient, busy: dict[str, Any]):
    assert titles(api, genre="crime") == ["Heat"]
    assert titles(api, window="week", genre="crime") == ["Heat"]
    assert titles(api, kind="show") == []
    listed = api.get("/api/v1/movies/", {"ids": busy["heat"].pk}).json()["results"]
    assert api.get(URL, {"genre": "crime"}).json()["results"] == listed


def test_pages_go_on_where_they_ended_in_both_windows(api: APIClient, walk: Walk):
    movies = [make_movie() for _ in range(7)]
    for hours, movie in enumerate(movies):
        trends_add(signals={movie.pk: 1}, at=NOON + timedelta(hours=hours // 2))
    newest = [movie.pk for movie in reversed(movies)]
    for window in ("day", "week"):
        pages = walk(f"{URL}?window={window}&limit=3")
        assert pages == [newest[:3], newest[3:6], newest[6:]]


def test_a_page_is_read_in_two_queries(api: APIClient, busy: dict[str, Any]):
    with counted_queries() as numbers:
        titles(api)
    assert {alias: number for alias, number in numbers.items() if number} == {"catalog": 2}


@pytest.mark.parametrize(
    ("parameters", "status", "parameter"),
    [
        ({"window": "month"}, 422, "window"),
        ({"window": ""}, 422, "window"),
        ({"ordering": "-popularity"}, 422, "ordering"),
        ({"genre": "no-such-genre"}, 422, "genre"),
    ],
)
def test_what_it_does_not_know_it_says(api: APIClient, parameters: dict[str, str], status: int, parameter: str):
    response = api.get(URL, parameters)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (status, parameter)


def test_rating_a_film_makes_it_trend(signed_in: APIClient, heat: Movie, settings: Any):
    settings.REDIS_URL = ""
    make_movie("Alien")
    assert titles(signed_in) == []
    assert signed_in.put(f"/api/v1/movies/{heat.pk}/rating/", {"value": 9}).status_code < 300
    tally.flush()
    assert titles(signed_in) == titles(signed_in, window="week") == ["Heat"]


def test_the_schema_names_the_windows_and_the_one_ordering(api: APIClient):
    schema = api.get("/api/schema/", headers={"Accept": "application/json"}).json()
    known = {parameter["name"]: parameter for parameter in schema["paths"][URL]["get"]["parameters"]}
    assert known["window"]["schema"] == {"type": "string", "enum": ["day", "week"], "default": "day"}
    assert {"cursor", "limit", "count", "language", "genre"} <= known.keys()
    assert known["ordering"]["schema"]["enum"] == ["trend", "-trend"]
