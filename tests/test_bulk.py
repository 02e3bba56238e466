import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.catalog.models import Genre
from apps.reviews.models import Rating
from movieverse.bulk import Counts, bulk_upsert

pytestmark = pytest.mark.usefixtures("stores")


def genres(*names: str) -> list[Genre]:
    return [Genre(pk=number, name=name, slug=name.lower()) for number, name in enumerate(names, 1)]


def test_new_changed_and_unchanged_rows_are_told_apart():
    assert bulk_upsert(genres("Crime", "Drama"), update_fields=["name", "slug"]) == Counts(created=2)
    assert bulk_upsert(genres("Crime", "Thriller", "War"), update_fields=["name", "slug"]) == Counts(1, 1, 1)
    assert list(Genre.objects.order_by("id").values_list("name", flat=True)) == ["Crime", "Thriller", "War"]


def test_only_the_named_fields_of_stored_rows_change():
    bulk_upsert(genres("Crime"), update_fields=["name"])
    bulk_upsert([Genre(pk=1, name="Krimi", slug="krimi")], update_fields=["name"])
    assert Genre.objects.values_list("name", "slug").get() == ("Krimi", "crime")


def test_rows_that_are_already_so_are_not_written():
    bulk_upsert(genres("Crime"), update_fields=["name", "slug"])
    with CaptureQueriesContext(connections["catalog"]) as queries:
        bulk_upsert(genres("Crime"), update_fields=["name", "slug"])
    assert len(queries) == 1


def test_of_two_rows_with_one_key_the_last_wins():
    rows = [*genres("Crime"), *genres("Drama")]
    assert bulk_upsert(rows, update_fields=["name", "slug"]) == Counts(created=1)
    assert Genre.objects.get().name == "Drama"


def test_rows_can_be_matched_by_a_unique_constraint():
    key, fields = ("user_id", "movie_id"), ["value", "updated_at"]
    first = [Rating(user_id=1, movie_id=movie, value=5) for movie in (1, 2)]
    assert bulk_upsert(first, key=key, update_fields=fields) == Counts(created=2)
    second = [Rating(user_id=1, movie_id=1, value=9), Rating(user_id=2, movie_id=1, value=1), *first[1:]]
    assert bulk_upsert(second, key=key, update_fields=fields) == Counts(1, 1, 1)
    assert sorted(Rating.objects.values_list("user_id", "movie_id", "value")) == [
        (1, 1, 9),
        (1, 2, 5),
        (2, 1, 1),
    ]


def test_batches_add_up():
    assert bulk_upsert(genres(*(f"g{n}" for n in range(25))), update_fields=["name"], batch=10) == Counts(created=25)
    assert Genre.objects.count() == 25


def test_nothing_to_write_is_nothing_done():
    assert bulk_upsert([], update_fields=["name"]) == Counts()
