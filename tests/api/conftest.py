from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.models import Movie
from tests.factories import make_movie, make_user

ANY_VERSION = {"If-Match": "*"}


@pytest.fixture
def somebody_else(stores: None) -> APIClient:
    client = APIClient()
    client.force_login(make_user("somebody_else"))
    return client


@pytest.fixture
def desk(curator: User) -> APIClient:
    """A curator, signed in."""
    client = APIClient()
    client.force_login(curator)
    return client


@pytest.fixture
def heat(stores: None) -> Movie:
    return make_movie("Heat")


@contextmanager
def counted_queries() -> Iterator[dict[str, int]]:
    """How many queries each store got in the block."""
    numbers: dict[str, int] = {}
    with ExitStack() as stack:
        captured = {alias: stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections}
        yield numbers
        numbers.update({alias: len(queries) for alias, queries in captured.items()})


Walk = Callable[..., list[list[int]]]


@pytest.fixture
def walk(api: APIClient) -> Walk:
    """The ids on each page from a URL on, following `next` or `previous` to the end."""

    def pages(url: str, link: str = "next", most: int = 50) -> list[list[int]]:
        found = []
        while url and len(found) < most:
            answer = api.get(url).json()
            found.append([row["id"] for row in answer["results"]])
            url = answer[link]
        return found

    return pages


def last_page(api: APIClient, url: str) -> str:
    """The URL of the list's last page."""
    while following := api.get(url).json()["next"]:
        url = following
    return url


def refusals(response: Any) -> dict[str, str]:
    """{pointer: why} of a 422."""
    assert response.status_code == 422, response.content
    return {error["pointer"]: error["detail"] for error in response.json()["errors"]}
