"""What trends is what people are busy with lately: older signals fade by themselves, none is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from math import log2
from threading import Barrier

import pytest
from django.db import connections

from apps.catalog.models import Event, Movie
from apps.catalog.services import movie_delete, movie_save
from apps.catalog.trends import HALF_LIVES, WEIGHTS, trends_add
from apps.profiles.services.watchlist import watchlist_add
from apps.reviews.models import Review
from apps.reviews.services import rating_set, ratings_load, review_create, review_update, reviews_load
from movieverse import tally
from movieverse.outbox.relay import relay_all
from tests.catalog.loads import loaded, record
from tests.factories import make_movie

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY, WEEK = HALF_LIVES["trend_day"], HALF_LIVES["trend_week"]


@pytest.fixture
def heat(stores: None) -> Movie:
    return make_movie("Heat")


@pytest.fixture
def alien(stores: None) -> Movie:
    return make_movie("Alien")


def trending(field: str) -> list[str]:
    return list(Movie.objects.filter(**{f"{field}__gt": 0}).order_by(f"-{field}").values_list("title", flat=True))


def worth(movie: Movie, field: str = "trend_day", at: datetime = NOON) -> float:
    """The sum of a movie's signals as they weigh at a moment."""
    index = Movie.objects.values_list(field, flat=True).get(pk=movie.pk)
    return 2 ** (index - at.timestamp() / HALF_LIVES[field].total_seconds()) if index else 0


def test_signals_add_up_and_lose_half_their_weight_in_a_half_life(heat: Movie):
    trends_add(signals={heat.pk: 3}, at=NOON)
    trends_add(signals={heat.pk: 5}, at=NOON)
    assert worth(heat) == pytest.approx(8)
    assert worth(heat, at=NOON + DAY) == pytest.approx(4)
    trends_add(signals={heat.pk: 1}, at=NOON + DAY)
    assert worth(heat, at=NOON + DAY) == pytest.approx(5)
    assert worth(heat, "trend_week", at=NOON + WEEK) == pytest.approx(4 + 2 ** (DAY / WEEK) / 2)


def test_a_signal_that_comes_late_weighs_as_if_it_had_come_in_time(heat: Movie, alien: Movie):
    for movie, order in ((heat, (0, 30)), (alien, (30, 0))):
        for hours in order:
            trends_add(signals={movie.pk: 2}, at=NOON + timedelta(hours=hours))
    assert worth(heat) == pytest.approx(worth(alien))


def test_an_older_burst_falls_behind_a_newer_smaller_one_in_a_day_but_not_yet_in_a_week(heat: Movie, alien: Movie):
    trends_add(signals={heat.pk: 40}, at=NOON)
    trends_add(signals={alien.pk: 10}, at=NOON + timedelta(hours=36))
    assert trending("trend_day") == ["Alien", "Heat"]
    assert trending("trend_week") == ["Heat", "Alien"]
    trends_add(signals={alien.pk: 10}, at=NOON + timedelta(days=7))
    assert trending("trend_week") == ["Alien", "Heat"]


def test_movies_without_a_signal_do_not_trend(heat: Movie, alien: Movie):
    trends_add(signals={heat.pk: 1}, at=NOON)
    assert trending("trend_day") == trending("trend_week") == ["Heat"]


def test_after_ten_years_of_signals_one_more_still_counts_and_the_sum_is_exact(heat: Movie, alien: Movie):
    """Thousands of half-lives later, beside a million signals that have just come."""
    last = NOON + timedelta(days=3653)
    for days in range(0, 3653, 281):
        trends_add(signals={heat.pk: 1_000_000, alien.pk: 1_000_000}, at=NOON + timedelta(days=days))
    trends_add(signals={heat.pk: 1_000_000, alien.pk: 1_000_001}, at=last)
    assert trending("trend_day") == trending("trend_week") == ["Alien", "Heat"]
    assert worth(alien, at=last) - worth(heat, at=last) == pytest.approx(1, abs=0.05)


def test_the_first_signal_is_exact_and_so_is_one_after_a_very_long_silence(heat: Movie):
    for years in (0, 40):
        at = NOON + timedelta(days=365 * years)
        trends_add(signals={heat.pk: 5}, at=at)
        stored = Movie.objects.get(pk=heat.pk)
        assert stored.trend_day == pytest.approx(at.timestamp() / DAY.total_seconds() + log2(5), abs=1e-9)
        assert stored.trend_week == pytest.approx(at.timestamp() / WEEK.total_seconds() + log2(5), abs=1e-9)


def test_one_call_takes_movies_of_all_weights_and_more_than_a_batch(stores: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("apps.catalog.trends._BATCH", 2)
    movies = [make_movie() for _ in range(6)]
    trends_add(signals={movie.pk: 1 + place % 2 for place, movie in enumerate(movies)}, at=NOON)
    assert [round(worth(movie), 6) for movie in movies] == [1, 2] * 3


def test_a_movie_that_is_gone_is_passed_over(heat: Movie, alien: Movie):
    movie_delete(movie=heat)
    trends_add(signals={heat.pk: 1, alien.pk: 1}, at=NOON)
    assert trending("trend_day") == ["Alien"]
    assert Movie.objects.count() == 1


def test_a_signal_makes_no_new_version_and_no_event(heat: Movie):
    Event.objects.all().delete()
    trends_add(signals={heat.pk: 1})
    stored = Movie.objects.get(pk=heat.pk)
    assert (stored.version, stored.updated_at) == (heat.version, heat.updated_at)
    assert not Event.objects.exists()


def test_neither_a_curator_nor_a_data_set_undoes_it(heat: Movie):
    stale = Movie.objects.get(pk=heat.pk)
    loaded(record(1))
    filled = Movie.objects.exclude(pk=heat.pk).get()
    trends_add(signals={heat.pk: 1, filled.pk: 1}, at=NOON)
    stale.tagline, stale.trend_day = "A Los Angeles crime saga", 1e9
    assert movie_save(movie=stale).trend_day == Movie.objects.get(pk=heat.pk).trend_day
    loaded(record(1, tagline="New"))
    assert Movie.objects.get(pk=filled.pk).tagline == "New"
    assert [worth(movie) for movie in (heat, filled)] == pytest.approx([1, 1])


def test_who_adds_at_the_same_moment_loses_nothing(committed: Callable[..., None]):
    committed(Movie)
    movies = [make_movie("Heat"), make_movie("Alien")]
    threads, times = 4, 25
    together = Barrier(threads)

    def add(number: int) -> None:
        try:
            together.wait()
            for _ in range(times):
                trends_add(signals={movie.pk: 1 + number % 2 for movie in movies}, at=NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(add, range(threads)))
    assert [worth(movie) for movie in movies] == pytest.approx([threads * times * 1.5] * 2)


def test_a_member_s_rating_review_and_watchlist_are_a_signal_each_however_often_they_change(heat: Movie, settings):
    settings.REDIS_URL = ""
    for value in (9, 8, 7):
        rating_set(user_id=1, movie_id=heat.pk, value=value)
        watchlist_add(user_id=1, movie_id=heat.pk)
    review = review_create(user_id=1, movie_id=heat.pk, body="Good.")
    review_update(review=review, body="Good, after all.")
    tally.flush()
    assert worth(heat, at=datetime.now(tz=UTC)) == pytest.approx(3 + 5 + 4, rel=0.01)


def test_what_a_data_set_brings_is_no_signal(heat: Movie, settings):
    settings.REDIS_URL = ""
    ratings_load([(1, heat.pk, 9), (2, heat.pk, 8)])
    reviews_load([Review(user_id=1, movie_id=heat.pk, body="Good.")])
    relay_all()
    tally.flush()
    assert trending("trend_day") == []


def test_what_was_looked_at_trends_once_it_is_handed_on(heat: Movie, alien: Movie, settings):
    settings.REDIS_URL = ""
    for movie in (heat, alien, alien):
        tally.add("view", movie.pk)
    tally.add("view", 10**12)  # which there is not
    tally.flush()
    assert trending("trend_day") == ["Alien", "Heat"]
    assert worth(alien, at=datetime.now(tz=UTC)) == pytest.approx(2 * WEIGHTS["view"], rel=0.01)
