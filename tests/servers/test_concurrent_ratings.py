"""Many at once on the real servers: nothing is lost, summaries are exact, and the catalogue shows what they say."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from apps.catalog.models import Movie
from apps.catalog.services import movie_delete
from apps.reviews.models import Event, Rater, Rating, RatingSummary
from apps.reviews.selectors import counted_summaries
from apps.reviews.services import (
    UnknownMovie,
    members_forget,
    movies_forget,
    raters_load,
    rating_delete,
    rating_set,
    ratings_load,
    summaries_recount,
)
from movieverse.outbox.relay import relay
from movieverse.outbox.stores import outboxes
from tests.factories import make_movie

pytestmark = pytest.mark.servers

THREADS = 64


@pytest.fixture(autouse=True)
def written(committed: Callable[..., None]) -> None:
    """Threads have connections of their own, and see only what is committed."""
    committed(Rating, RatingSummary, Rater, Movie)


@pytest.fixture
def heat() -> Movie:
    return make_movie("Heat")


def at_once(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """What each of the threads, which start together, has returned. What one raises is raised."""
    barrier = Barrier(threads)

    def run(number: int) -> Any:
        try:
            barrier.wait()
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def relay_everything() -> None:
    """Whoever else has a lease on an outbox."""
    for alias in outboxes():
        relay(alias)


def assert_exact(movie_ids: Iterable[int]) -> None:
    """Each summary says what its ratings say, and so does the catalogue once it has been told."""
    stored = RatingSummary.objects.in_bulk()
    for counted in counted_summaries(movie_ids):
        assert stored[counted.pk].numbers == counted.numbers
    relay_everything()
    assert not Event.objects.exists()
    for movie in Movie.objects.filter(pk__in=movie_ids):
        summary = stored[movie.pk]
        assert (movie.rating_count, movie.rating_avg, movie.rating_version) == (
            summary.count, summary.average or 0, summary.version,
        )  # fmt: skip


def test_each_of_64_first_ratings_counts(heat: Movie):
    values = [number % 10 + 1 for number in range(THREADS)]
    made = at_once(lambda number: rating_set(user_id=number, movie_id=heat.pk, value=values[number])[1])
    assert all(made)
    summary = RatingSummary.objects.get()
    assert (summary.count, summary.total, summary.version) == (THREADS, sum(values), THREADS)
    assert Event.objects.filter(kind="rating_summary", object_id=heat.pk).count() == THREADS
    assert_exact([heat.pk])


def test_ratings_changed_and_taken_back_by_64_threads_leave_an_exact_summary(heat: Movie):
    def work(seed: int) -> None:
        numbers = random.Random(seed)
        for _ in range(6):
            user_id = numbers.randrange(30)
            if numbers.random() < 0.3:
                rating_delete(user_id=user_id, movie_id=heat.pk)
            else:
                rating_set(user_id=user_id, movie_id=heat.pk, value=numbers.randint(1, 10))

    at_once(work)
    assert Event.objects.count() == RatingSummary.objects.get().version  # one for each change, however often retried
    assert_exact([heat.pk])


def test_one_member_rating_from_64_devices_has_one_rating(heat: Movie):
    made = at_once(lambda number: rating_set(user_id=1, movie_id=heat.pk, value=number % 10 + 1)[1])
    assert made.count(True) == 1
    assert RatingSummary.objects.get().count == 1
    assert_exact([heat.pk])


def test_loads_recounts_and_removals_beside_members_who_rate():
    kept = [make_movie().pk for _ in range(6)]
    gone = [make_movie().pk for _ in range(2)]

    def work(number: int) -> None:
        numbers = random.Random(number)
        for _ in range(4):
            if number % 8 == 0:
                rows = [(-numbers.randint(1, 9), movie_id, numbers.randint(1, 10)) for movie_id in kept]
                ratings_load(rows)
            elif number % 8 == 1:
                summaries_recount(movie_ids=kept)
            elif number % 8 == 2:
                members_forget(user_ids=[numbers.randrange(20)])
            else:
                _rate_or_find_gone(numbers.randrange(20), numbers.choice(kept + gone), numbers.randint(1, 10))

    def delete(movie_id: int) -> None:
        movie_delete(movie=Movie.objects.get(pk=movie_id))
        movies_forget(movie_ids=[movie_id])

    at_once(lambda number: delete(gone[number - 32]) if number - 32 in (0, 1) else work(number), threads=34)
    relay_everything()
    assert_exact(set(kept) & set(RatingSummary.objects.values_list("pk", flat=True)))
    assert not Rating.objects.filter(movie_id__in=gone).exists()
    assert not RatingSummary.objects.filter(pk__in=gone).exists()


def _rate_or_find_gone(user_id: int, movie_id: int, value: int) -> bool:
    try:
        rating_set(user_id=user_id, movie_id=movie_id, value=value)
    except UnknownMovie:
        return False
    return True


@pytest.mark.parametrize("seed", range(3))
def test_a_movie_deleted_while_it_gets_its_first_ratings_leaves_nothing_behind(heat: Movie, seed: int):
    def work(number: int) -> None:
        if number == seed:
            movie_delete(movie=Movie.objects.get(pk=heat.pk))
            relay_everything()
        else:
            _rate_or_find_gone(number, heat.pk, 5)

    at_once(work, threads=12)
    relay_everything()
    assert not Rating.objects.exists()
    assert not RatingSummary.objects.exists()


def test_a_movie_that_never_was_is_rated_by_nobody_however_many_try():
    assert not any(at_once(lambda number: _rate_or_find_gone(number, 999, 5), threads=16))
    assert not Rating.objects.exists()
    assert not RatingSummary.objects.exists()


def test_loads_at_once_know_a_data_set_s_raters_by_the_same_ids():
    values = [str(number) for number in range(200)]
    first, *others = at_once(lambda number: raters_load(source="movielens", values=values), threads=8)
    assert len(set(first.values())) == 200
    assert all(other == first for other in others)
