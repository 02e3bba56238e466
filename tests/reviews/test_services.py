import random

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.catalog.services import setting_set
from apps.reviews import services
from apps.reviews.models import Rating, RatingSummary, Review
from apps.reviews.selectors import summary_of
from movieverse.bulk import Counts
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def movie() -> Movie:
    return make_movie("Heat")


def rate(user_id: int, movie: Movie, value: int) -> Rating:
    rating, _ = services.rating_set(user_id=user_id, movie_id=movie.pk, value=value)
    return rating


def summary(movie: Movie) -> tuple[int, int, dict[int, int]]:
    found = summary_of(movie.pk)
    return found.count, found.total, {value: n for value, n in enumerate(found.distribution, 1) if n}


def test_the_summary_follows_every_rating(movie: Movie):
    for user_id, value in ((1, 9), (2, 10), (3, 9)):
        rate(user_id, movie, value)
    assert summary(movie) == (3, 28, {9: 2, 10: 1})
    assert summary_of(movie.pk).average == 4.6667


def test_a_changed_rating_is_moved_not_added(movie: Movie):
    rate(1, movie, 9)
    rate(1, movie, 4)
    assert summary(movie) == (1, 4, {4: 1})
    assert Rating.objects.count() == 1


def test_the_same_rating_again_changes_nothing(movie: Movie):
    first = rate(1, movie, 9)
    assert rate(1, movie, 9).updated_at == first.updated_at
    assert summary(movie) == (1, 9, {9: 1})


def test_a_rating_taken_back_leaves_no_trace_in_the_summary(movie: Movie):
    rate(1, movie, 9)
    assert services.rating_delete(user_id=1, movie_id=movie.pk)
    assert not services.rating_delete(user_id=1, movie_id=movie.pk)
    assert summary(movie) == (0, 0, {})
    assert summary_of(movie.pk).average is None


@pytest.mark.parametrize("value", [0, 11, -1, 4.5])
def test_a_rating_outside_one_to_ten_half_stars_is_refused(movie: Movie, value: float):
    with pytest.raises(ValidationError, match="from 1 to 10"):
        rate(1, movie, value)
    assert not Rating.objects.exists()


def test_an_unknown_movie_can_be_neither_rated_nor_reviewed():
    with pytest.raises(services.UnknownMovie):
        services.rating_set(user_id=1, movie_id=999, value=5)
    with pytest.raises(services.UnknownMovie):
        services.review_create(user_id=1, movie_id=999, body="?")
    assert not RatingSummary.objects.exists()


def test_while_reviews_are_closed_nothing_is_written(movie: Movie):
    setting_set(name="reviews_open", value=False)
    setting_set(name="reviews_closed_message", value="Back on Monday.")
    with pytest.raises(services.ReviewsClosed, match="Back on Monday."):
        rate(1, movie, 5)
    with pytest.raises(services.ReviewsClosed):
        services.review_create(user_id=1, movie_id=movie.pk, body="?")


def test_a_summary_that_cannot_be_written_takes_its_rating_back(movie: Movie, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("apps.reviews.services.ratings.shift_summary", fail)
    with pytest.raises(RuntimeError):
        rate(1, movie, 9)
    assert not Rating.objects.exists()


def test_many_random_changes_leave_an_exact_summary(movie: Movie):
    numbers = random.Random(5)
    for _ in range(150):
        user_id = numbers.randrange(12)
        if numbers.random() < 0.2:
            services.rating_delete(user_id=user_id, movie_id=movie.pk)
        else:
            rate(user_id, movie, numbers.randint(1, 10))
    count, total, distribution = summary(movie)
    assert count == Rating.objects.count() == sum(distribution.values())
    assert total == Rating.objects.aggregate(total=Sum("value"))["total"]


def test_loaded_ratings_are_summed_up_and_loading_again_changes_nothing(movie: Movie):
    other = make_movie("Alien")
    rate(1, movie, 2)
    rows = [(1, movie.pk, 9), (2, movie.pk, 7), (2, other.pk, 10)]
    assert services.ratings_load(rows) == Counts(created=2, updated=1)
    assert services.ratings_load(rows) == Counts(unchanged=3)
    assert summary(movie) == (2, 16, {7: 1, 9: 1})
    assert summary(other) == (1, 10, {10: 1})


def test_a_second_review_of_the_same_movie_is_refused(movie: Movie, member: User):
    services.review_create(user_id=member.pk, movie_id=movie.pk, body="Good.")
    with pytest.raises(services.AlreadyReviewed):
        services.review_create(user_id=member.pk, movie_id=movie.pk, body="Better.")
    assert Review.objects.get().body == "Good."


@pytest.mark.parametrize("body", ["", " \n\t "])
def test_a_review_says_something(movie: Movie, body: str):
    with pytest.raises(ValidationError):
        services.review_create(user_id=1, movie_id=movie.pk, body=body)


def test_a_review_is_as_long_as_the_setting_allows(movie: Movie):
    setting_set(name="review_max_length", value=10)
    with pytest.raises(ValidationError, match="at most 10 characters; this one has 11"):
        services.review_create(user_id=1, movie_id=movie.pk, body="x" * 11)


def test_a_review_deleted_meanwhile_cannot_be_changed(movie: Movie):
    review = services.review_create(user_id=1, movie_id=movie.pk, body="B")
    Review.objects.all().delete()
    with pytest.raises(services.UnknownReview, match="no review"):
        services.review_update(review=review, body="New")
    assert not Review.objects.exists()


def test_a_review_is_changed_in_what_is_given(movie: Movie):
    review = services.review_create(user_id=1, movie_id=movie.pk, title="T", body="B")
    services.review_update(review=review, body="New")
    review.refresh_from_db()
    assert (review.title, review.body) == ("T", "New")
