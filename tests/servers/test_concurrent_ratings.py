"""Many at once on the real servers: nothing is lost, the summary is exact."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.db.models import Sum

from apps.catalog.models import Movie
from apps.reviews.models import Rating, RatingSummary
from apps.reviews.services import rating_delete, rating_set
from tests.factories import make_movie

pytestmark = pytest.mark.servers


@pytest.fixture
def movie(committed: Callable[..., None]) -> Movie:
    """Committed, as threads have connections of their own."""
    committed(Rating, RatingSummary, Movie)
    return make_movie("Heat")


def test_sixteen_threads_rating_one_movie_leave_an_exact_summary(movie: Movie):
    def work(seed: int) -> None:
        numbers = random.Random(seed)
        try:
            for _ in range(15):
                user_id = numbers.randrange(10)
                if numbers.random() < 0.2:
                    rating_delete(user_id=user_id, movie_id=movie.pk)
                else:
                    rating_set(user_id=user_id, movie_id=movie.pk, value=numbers.randint(1, 10))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    summary = RatingSummary.objects.get(pk=movie.pk)
    assert summary.count == Rating.objects.count() == sum(summary.distribution)
    assert summary.total == Rating.objects.aggregate(total=Sum("value"))["total"]
