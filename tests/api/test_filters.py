"""`field__not=`: the rows that a filter would not show."""

from typing import Any

import pytest
from django.http import QueryDict

from apps.catalog.api.filters import MovieFilter
from apps.catalog.models import Movie
from apps.reviews.services import review_create
from movieverse.api.filters import FilterSet
from tests.factories import make_genre, make_movie

pytestmark = pytest.mark.usefixtures("stores")


class Filters(MovieFilter, FilterSet):
    pass


@pytest.fixture
def shelf() -> None:
    horror, war, crime = (make_genre(name).pk for name in ("Horror", "War", "Crime"))
    make_movie("Alien", genre_ids=[horror], original_language="en")
    make_movie("Both", genre_ids=[horror, war], original_language="de")
    make_movie("Heat", genre_ids=[crime], original_language="en")
    make_movie("None", original_language="fr")


def titles(query: str) -> list[str]:
    found = Filters(QueryDict(query), Movie.objects.all())
    assert not found.errors
    return sorted(movie.title for movie in found.qs)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("genre__not=horror|war", ["Heat", "None"]),
        ("genre__not=horror", ["Heat", "None"]),
        ("genre__not=horror,war", ["Alien", "Heat", "None"]),
        ("genre=horror&genre__not=war", ["Alien"]),
        ("original_language__not=en|fr", ["Both"]),
        ("person__not=1", ["Alien", "Both", "Heat", "None"]),
        ("keyword__not=heist", ["Alien", "Both", "Heat", "None"]),
    ],
)
def test_none_of_them(shelf, query: str, expected: list[str]):
    assert titles(query) == expected


def test_ids_are_left_out(shelf):
    alien = Movie.objects.get(title="Alien")
    assert titles(f"ids__not={alien.pk}") == ["Both", "Heat", "None"]


def test_a_bad_value_is_as_bad(shelf):
    assert "genre__not" in Filters(QueryDict("genre__not=no-such-genre"), Movie.objects.all()).errors


def test_lists_take_it_and_the_schema_says_so(api, member, heat):
    other = make_movie("Ali")
    for movie in (heat, other):
        review_create(user_id=member.pk, movie_id=movie.pk, body=movie.title)

    def bodies(**filters: Any) -> list[str]:
        return [row["body"] for row in api.get("/api/v1/reviews/", filters).json()["results"]]

    assert bodies(movie__not=heat.pk) == ["Ali"]
    assert bodies(movie__not=f"{heat.pk}|{other.pk}") == []
