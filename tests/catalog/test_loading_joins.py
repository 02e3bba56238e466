"""Somebody is found out to be somebody else while another load credits them."""

from typing import Any

import pytest

from apps.catalog.loading import Loaded
from apps.catalog.loading.identities import _join_stored
from apps.catalog.loading.journal import Journal
from apps.catalog.models import CuratedList, ListEntry
from tests.catalog.loads import (
    NETFLIX,
    actor,
    best,
    credited,
    known_as,
    loaded,
    movie_of,
    netflix,
    person_of,
    ranked,
    record,
    tmdb,
)
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("stores")

CAST = [actor("Al Pacino", netflix(7), "Vincent"), actor("Robert De Niro", netflix(8), "Neil")]


def joining(kind: str) -> type[Loaded]:
    """A load that has looked everybody up when another one joins Al Pacino with whom TMDB knows."""

    class Overtaken(Loaded):
        def take_ids(self, taken: str, number: int) -> Any:
            if taken == kind:
                known = make_person("Al Pacino")
                known_as("person", tmdb(1158), known)
                _join_stored({person_of(netflix(7)).pk: known.pk}, Journal(None))
            return super().take_ids(taken, number)

    return Overtaken


@pytest.mark.parametrize("film", [5, 6])
def test_whoever_was_joined_meanwhile_is_still_credited(film):
    loaded(record(5, ids=[netflix(5)], cast=CAST), source=NETFLIX)
    told = record(film, ids=[netflix(film)], overview="Los Angeles.", cast=CAST)
    result = loaded(told, source=NETFLIX, into=joining("movie"))
    assert credited(movie_of(netflix(film))) == ["Al Pacino", "Robert De Niro"]
    assert movie_of(netflix(film)).cast[0]["person_id"] == person_of(tmdb(1158)).pk
    assert result.problems == []


def test_a_list_that_another_load_has_just_made_is_that_one():
    class Overtaken(Loaded):
        def take_ids(self, taken: str, number: int) -> Any:
            if taken == "list":
                CuratedList.objects.create(pk=99, slug="best", name="Best", sort_name="best")
            return super().take_ids(taken, number)

    loaded(record(1), lists=[best(*ranked(record(1)))], into=Overtaken)
    assert list(ListEntry.objects.values_list("list_id", flat=True)) == [99]
