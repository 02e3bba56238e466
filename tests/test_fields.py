"""Fields that mean the same on every engine; `tests/servers/test_engines_agree.py` holds them side by side."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import models

from apps.catalog.models import Genre, Movie
from apps.catalog.services import take_ids
from movieverse.fields import ListField
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


def stored(title: str, **fields: Any) -> Movie:
    """A row past the services, for they would ask for the genres and people that it names."""
    return Movie.objects.create(pk=take_ids("movie")[0], title=title, **fields)


@pytest.fixture
def movies() -> None:
    stored("One", genre_ids=[1, 2], keywords=["heist", "café"])
    stored("Two", genre_ids=[2, 3, 12], keywords=["heist"])
    stored("None")


def titles(**lookup) -> set[str]:
    return set(Movie.objects.filter(**lookup).values_list("title", flat=True))


def test_has_finds_whole_items_only(movies):
    assert titles(genre_ids__has=2) == {"One", "Two"}
    assert titles(genre_ids__has=1) == {"One"}
    assert titles(keywords__has="café") == {"One"}
    assert titles(keywords__has="cafe") == set()


def test_has_any_finds_lists_that_share_an_item(movies):
    assert titles(genre_ids__has_any=[1, 3]) == {"One", "Two"}
    assert titles(genre_ids__has_any=[99]) == set()


def test_has_all_finds_lists_with_every_item(movies):
    assert titles(genre_ids__has_all=[2, 3]) == {"Two"}
    assert titles(genre_ids__has_all=[1, 3]) == set()


def test_of_an_empty_list_any_is_nothing_and_all_is_everything(movies):
    assert titles(genre_ids__has_any=[]) == set()
    assert titles(genre_ids__has_all=[]) == {"One", "Two", "None"}


def test_lookups_can_be_negated_and_combined(movies):
    found = Movie.objects.exclude(genre_ids__has=3).filter(keywords__has="heist")
    assert [movie.title for movie in found] == ["One"]


def test_items_with_quotes_are_data(movies):
    stored("Quoted", keywords=['it\'s "so" \\ %s'])
    assert titles(keywords__has='it\'s "so" \\ %s') == {"Quoted"}
    assert titles(keywords__has_any=["'); DROP TABLE x; --"]) == set()


def test_a_list_keeps_its_order_and_comes_back_as_a_list(movies):
    movie = stored("Ordered", genre_ids=[3, 1, 2])
    assert Movie.objects.get(pk=movie.pk).genre_ids == [3, 1, 2]
    assert Movie.objects.get(title="None").genre_ids == []


@pytest.mark.parametrize("lookup", ["exact", "contains", "icontains", "0"])
def test_other_lookups_into_a_list_are_refused(lookup: str):
    with pytest.raises(FieldError):
        Movie.objects.filter(**{f"genre_ids__{lookup}": 1}).exists()


def test_a_list_lookup_given_a_single_value_says_so():
    with pytest.raises(FieldError, match="has_any takes a list, not 3"):
        Movie.objects.filter(genre_ids__has_any=3)


@pytest.mark.parametrize("lookup", ["cast__person_id", "cast__0__name", "cast__contains", "cast"])
def test_lookups_into_nested_json_are_refused_on_every_engine(lookup: str):
    with pytest.raises(FieldError, match=r"Movie\.cast is nested JSON and cannot be looked into"):
        Movie.objects.filter(**{lookup: []}).exists()


def test_nested_json_comes_back_as_it_was_written():
    cast = [{"person_id": 1, "name": "Ōkami “the” 狼", "character": None}]
    assert Movie.objects.get(pk=stored("Json", cast=cast).pk).cast == cast


@pytest.mark.parametrize("value", ["{not json", 3, {"a": 1}])
def test_a_list_field_refuses_what_is_no_list(value):
    with pytest.raises(ValidationError):
        ListField(models.IntegerField()).to_python(value)


def test_items_are_validated_as_their_own_field():
    with pytest.raises(ValidationError):
        make_movie("Bad", countries=["USA"])


def test_times_keep_milliseconds_on_every_engine():
    genre = Genre(pk=1, name="G", slug="g", created_at=datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC))
    genre.save()
    assert genre.updated_at.microsecond % 1000 == 0
    assert Genre.objects.get(pk=1).updated_at == genre.updated_at
