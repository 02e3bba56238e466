"""What taking ratings of an import out again costs, and what it leaves: nothing, in whatever order imports go."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.models import Rater, Rating, RatingBatch, RatingChunk
from tests.reviews.batches import brought, frame, load, numbers, show

pytestmark = pytest.mark.usefixtures("loaded_either_way")

_FAR = 1_000_000  # ids from one rating to the next


def others_rate(movie: Movie, number: int = 40) -> None:
    """Each far beyond the one before, as if many others had been rated in between."""
    last = Rating.objects.latest("pk").pk
    Rating.objects.bulk_create(
        Rating(pk=last + place * _FAR, user_id=place, movie_id=movie.pk, value=4) for place in range(1, number + 1)
    )


def statements_to_withdraw(key: str) -> int:
    with CaptureQueriesContext(connections["reviews"]) as queries:
        assert services.batch_withdraw(key=key) == []
    return len(queries)


def test_undoing_a_small_import_costs_the_same_however_many_have_rated_since(heat, alien):
    brought("1", frame(("a", heat.pk, 8)))
    at_once = statements_to_withdraw("1")
    brought("2", frame(("a", heat.pk, 8)))
    others_rate(alien)
    assert statements_to_withdraw("2") == at_once
    assert set(Rating.objects.values_list("movie_id", flat=True)) == {alien.pk}
    assert numbers(heat) == (0, 0)


def test_ids_that_nobody_has_cost_nothing(heat, alien):
    brought("1", frame(("a", heat.pk, 8)))
    others_rate(alien)
    at_once = statements_to_withdraw("1")
    Rating.objects.all().delete()
    brought("2", frame(("a", heat.pk, 8)))
    assert statements_to_withdraw("2") == at_once
    assert not Rating.objects.exists()


def test_chunks_that_do_not_say_where_they_end_are_taken_out_as_well(heat, alien):
    """Those were loaded when that was not noted yet."""
    load("1", frame(("a", heat.pk, 8)), frame(("a", alien.pk, 6)))
    RatingChunk.objects.filter(number=1).update(until_id=None)
    show("1")
    others_rate(alien)
    services.batch_withdraw(key="1")
    assert (Rating.objects.filter(user_id__lt=0).count(), numbers(heat)) == (0, (0, 0))


def test_a_rating_that_a_merge_had_removed_when_the_batch_was_shown_goes_with_it_once_parted(heat, alien):
    """It was the last one of all: nothing that was there then reached as far as its id."""
    brought("1", frame(("a", alien.pk, 8)))
    load("2", frame(("b", heat.pk, 6)), frame(("a", heat.pk, 2)))
    services.movie_merge(movie_id=heat.pk, into=alien.pk, merge_id=1)
    show("2")
    services.movie_part(movie_id=heat.pk, into=alien.pk, merge_id=1)
    assert numbers(heat) == (2, 8)
    services.batch_withdraw(key="2")
    assert (numbers(heat), numbers(alien), Rating.objects.count()) == ((0, 0), (1, 8), 1)
    assert RatingBatch.objects.get(key="2").kept == []


# --- Raters ---------------------------------------------------------------------------------------


def raters() -> set[str]:
    return set(Rater.objects.values_list("value", flat=True))


def test_a_rater_goes_with_the_last_import_that_has_something_of_theirs(heat, alien):
    brought("1", frame(("a", heat.pk, 8), ("b", heat.pk, 6)))
    brought("2", frame(("a", alien.pk, 8)))
    load("3")
    tags = [("a", heat.pk, "heist")]
    services.tags_bring(batch=RatingBatch.objects.get(key="3"), source="movielens", rows=tags)
    show("3")
    left = [(services.batch_withdraw(key=key), raters())[1] for key in "123"]
    assert left == [{"a"}, {"a"}, set()]


def test_a_rater_goes_with_the_import_that_changed_what_another_one_had_brought(heat):
    brought("1", frame(("a", heat.pk, 8)))
    brought("2", frame(("a", heat.pk, 9)))
    services.batch_withdraw(key="1")
    assert raters() == {"a"}
    services.batch_withdraw(key="2")
    assert raters() == set()


def test_a_rater_of_whom_a_rating_stays_does_so_too(heat, alien):
    brought("1", frame(("a", heat.pk, 8)))
    brought("2", frame(("a", alien.pk, 8)))
    services.rating_set(user_id=Rater.objects.get().user_id, movie_id=alien.pk, value=3, by=5)
    for key in "12":
        services.batch_withdraw(key=key)
    assert (raters(), Rating.objects.get().value) == ({"a"}, 3)
