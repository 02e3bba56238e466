"""Whatever the catalogue's lists can be filtered and ordered by, MongoDB has an index for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from apps.catalog.models import CuratedList, Genre
from movieverse.api.views import ListView
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
    """Path and view class of each list of the catalogue."""
    for included in get_resolver("movieverse.api.urls").url_patterns:
        for pattern in getattr(included, "url_patterns", ()):
            view = pattern.callback.cls
            if issubclass(view, ListView) and view.__module__.startswith("apps.catalog."):
                yield str(pattern.pattern), view


def queries(view: Any) -> Iterator[str]:
    """Every order with every filter, and without any."""
    filters = view.filterset_class.base_filters if hasattr(view, "filterset_class") else {}
    given = ["", *(f"&{name}={VALUES[name.removesuffix('__not')]}" for name in filters)]
    for name in view.orderings:
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
