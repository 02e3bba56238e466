from datetime import timedelta

import pytest
from django.db import IntegrityError, NotSupportedError, connections, router
from django.test.utils import CaptureQueriesContext

import movieverse
from apps.catalog.models import Genre
from apps.reviews.models import Rating, RatingSummary
from movieverse.bulk import Counts, add, bulk_upsert, insert, insert_later
from movieverse.outbox.models import Event
from movieverse.outbox.stores import outboxes

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


@pytest.fixture(params=sorted(outboxes()))
def event(request) -> type[Event]:
    """Of each store in turn: on the servers that is every engine."""
    return outboxes()[request.param]


def test_an_inserted_row_knows_its_key_and_is_what_save_would_have_stored(event: type[Event]):
    inserted, saved = (event(kind="é'%s", object_id=-1, data={"n": [1, None]}) for _ in range(2))
    assert insert(inserted)
    saved.save()
    assert saved.pk > inserted.pk
    first, second = event.objects.order_by("pk")
    assert first.pk == inserted.pk
    assert abs(first.created_at - second.created_at) < timedelta(seconds=10)
    assert first.created_at == inserted.created_at
    kept = ("kind", "object_id", "action", "data", "attempts", "due_at", "dead_at", "error")
    assert [getattr(first, name) for name in kept] == [getattr(second, name) for name in kept]


def test_a_row_inserted_later_is_there_when_it_is_looked_for(event: type[Event]):
    for number in (1, 2):
        insert_later(event(kind="review", object_id=number, data={"é": "'%s"}))
    assert list(event.objects.order_by("pk").values_list("object_id", "data")) == [(n, {"é": "'%s"}) for n in (1, 2)]


def rating(value: int, user_id: int = 1) -> Rating:
    return Rating(user_id=user_id, movie_id=1, value=value)


def test_a_row_that_is_there_is_left_as_it_is_and_the_transaction_goes_on():
    @movieverse.atomic("reviews")
    def write() -> list[bool]:
        again = rating(5)
        written = [insert(row, if_absent=True) for row in (rating(9), again, rating(7, user_id=2))]
        assert again.pk is None
        return written

    assert write() == [True, False, True]
    assert sorted(Rating.objects.values_list("user_id", "value")) == [(1, 9), (2, 7)]


def test_a_row_inserted_again_as_when_a_transaction_is_run_again_knows_its_new_key():
    row = rating(9)
    insert(row)
    Rating.objects.all().delete()
    insert(row)
    assert Rating.objects.get() == row


def test_without_if_absent_a_row_that_is_there_is_an_error():
    write = movieverse.atomic("reviews")(insert)
    write(rating(9))
    with pytest.raises(IntegrityError):
        write(rating(5))
    assert Rating.objects.get().value == 9


def test_a_row_with_a_key_of_its_own_keeps_it():
    assert insert(RatingSummary(pk=77, count=1), if_absent=True)
    assert not insert(RatingSummary(pk=77, count=2), if_absent=True)
    assert RatingSummary.objects.values_list("pk", "count").get() == (77, 1)


@pytest.mark.servers
def test_mongodb_says_that_it_cannot_leave_out_what_is_there():
    assert connections[router.db_for_write(Genre)].vendor == "mongodb"
    with pytest.raises(NotSupportedError, match="leaves out no row"):
        insert(Genre(pk=1, name="G", slug="g"), if_absent=True)


def test_numbers_are_added_where_they_are_stored():
    RatingSummary.objects.create(pk=77, count=2**40, total=5)
    assert add(RatingSummary, 77, count=1, total=-3)
    assert RatingSummary.objects.values_list("count", "total").get() == (2**40 + 1, 2)
    assert not add(RatingSummary, 78, count=1)
