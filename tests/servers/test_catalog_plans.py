"""Whatever the catalogue's lists can be filtered and ordered by, MongoDB has an index for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.urls import get_resolver
from rest_framework.test import APIClient

from apps.catalog.api.filters import MovieFilter
from apps.catalog.api.views.discover import IndexedTitles
from apps.catalog.api.views.movies import MovieList
from apps.catalog.api.views.search import Search
from apps.catalog.api.views.trending import WINDOWS, TrendingMovies
from apps.catalog.models import CuratedList, Genre, Movie
from movieverse.api.views import ListView
from movieverse.bulk import bulk_upsert
from tests.api.world import make_owner, make_world

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("stores")]

# A value that each filter takes, of the first movie where that makes a difference.
VALUES = {
    "ids": "1,2", "external_id": "tmdb:7", "kind": "movie", "status": "released", "genre": "1|2", "main_genre": "1",
    "country": "US,DE", "main_country": "US", "spoken_language": "en", "original_language": "en|de",
    "keyword": "heist", "company": "1", "collection": "1", "certification": "US:R|DE:16", "list": "1",
    "person": "1", "cast": "1", "crew": "1", "director": "1", "year": "1995", "year__gte": "1990", "year__lte": "2000",
    "release_date": "1995-12-15", "release_date__gte": "1995-12-15", "release_date__lte": "1995-12-15",
    "name__startswith": "a", "slug": "list-1",
}  # fmt: skip


def lists() -> Iterator[tuple[str, Any]]:
    """Path and view class of each list that the catalogue's store has."""
    for included in get_resolver("movieverse.api.urls").url_patterns:
        for pattern in getattr(included, "url_patterns", ()):
            view = pattern.callback.cls
            is_stored = issubclass(view, ListView) and not issubclass(view, IndexedTitles | Search)
            if is_stored and view.__module__.startswith("apps.catalog."):
                yield str(pattern.pattern), view


def queries(view: Any) -> Iterator[str]:
    """Every order with every filter, and without any."""
    filters = view.filterset_class.base_filters if hasattr(view, "filterset_class") else {}
    given = ["", *(f"&{name}={VALUES[name.removesuffix('__not')]}" for name in filters)]
    for name in ["trend"] if view is TrendingMovies else view.orderings:
        for sign in ("", "-"):
            yield from (f"?limit=1&ordering={sign}{name}{one}" for one in given)


def forget(profiled: Any) -> None:
    profiled.database.command("profile", 0)
    profiled.drop()
    profiled.database.command("profile", 2)


def unserved(profiled: Any) -> list[Any]:
    """What was read without an index."""
    reads = [read for read in profiled.find({"planSummary": "COLLSCAN"}) if ".system." not in read["ns"]]
    return [(read["ns"], read["command"]) for read in reads]


@pytest.fixture
def ids() -> dict[str, Any]:
    ids = make_world(make_owner())
    assert (Genre.objects.count(), CuratedList.objects.count()) == (3, 3)
    return ids


def test_every_filter_in_every_order_is_served_by_an_index(ids, api: APIClient, profiled: Any, subtests: Any):
    for path, view in lists():
        url = "/api/v1/" + path.replace("<id:", "{").replace(">", "}").format_map(ids)
        for query in queries(view):
            with subtests.test(f"{path}{query}"):
                forget(profiled)
                page = api.get(f"{url}{query}")
                assert page.status_code == 200, page.content
                if following := page.json()["next"]:
                    assert api.get(following).status_code == 200
                assert unserved(profiled) == []


# Of a range that another field orders no index serves both: the rows are read in their order until a page is full.
BY_RELEASE = ("year", "release_date")
FILLERS = 200


def make_fillers() -> None:
    """Titles that come before all others by popularity, and that no filter's value matches."""
    bulk_upsert(
        [
            Movie(pk=10_000 + number, title="Filler", kind="show", popularity=50, sort_title="filler")
            for number in range(FILLERS)
        ],
        update_fields=[],
    )


def read(profiled: Any) -> int:
    """How many titles were read from the store."""
    reads = profiled.find({"ns": {"$regex": "catalog_movie$"}, "docsExamined": {"$exists": True}})
    return sum(read["docsExamined"] for read in reads)


def filtered(api: APIClient, name: str) -> None:
    order = "release_date" if name.startswith(BY_RELEASE) else "-popularity"
    page = api.get(f"/api/v1/movies/?{name}={VALUES[name]}&ordering={order}&limit=3")
    assert page.status_code == 200, page.content


FILTERS = [name for name in MovieFilter.base_filters if not name.endswith("__not")]


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_of_titles_reads_those_that_match_and_no_others(ids, api: APIClient, profiled: Any, name: str):
    make_fillers()
    forget(profiled)
    filtered(api, name)
    assert read(profiled) <= len(Movie.objects.filter(pk__lt=10_000)) * 2


def test_there_is_no_index_of_titles_that_no_filter_or_order_uses(ids, api: APIClient):
    make_fillers()
    collection = connections["catalog"].database["catalog_movie"]
    before = uses(collection)
    for name in FILTERS:
        filtered(api, name)
    for order in MovieList.orderings:
        assert api.get(f"/api/v1/movies/?ordering={order}&limit=3").status_code == 200
    for window in WINDOWS:
        assert api.get(f"/api/v1/trending/movies/?window={window}").status_code == 200
    after = uses(collection)
    assert [index for index in after if after[index] == before[index]] == []


def uses(collection: Any) -> dict[str, int]:
    return {index["name"]: index["accesses"]["ops"] for index in collection.aggregate([{"$indexStats": {}}])}
