"""Merged and parted while everybody goes on rating both, by two relays at once: every rating has its place."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag

import pytest
from django.db import connections

from apps.catalog.models import MergedRow as CatalogRow
from apps.catalog.models import Movie, Tombstone
from apps.curation.merging import bring_about, merge_rows, merge_undo
from apps.curation.models import Merge
from apps.profiles.models import MergedRow as ProfilesRow
from apps.reviews.models import MergedRow, Rating, RatingSummary
from apps.reviews.services import UnknownMovie, rating_set, ratings_load
from apps.reviews.services import merging as reviews_merging
from tests.factories import make_movie
from tests.servers.test_concurrent_ratings import assert_exact, relay_everything

pytestmark = pytest.mark.servers

RATERS, MEMBERS, BATCH = 4, 200, 20


@pytest.fixture(autouse=True)
def written(committed: Callable[..., None]) -> None:
    committed(Rating, RatingSummary, Movie, Tombstone, MergedRow, CatalogRow, ProfilesRow, Merge)


def rate_until(done: Flag, movies: list[Movie], seed: int) -> None:
    numbers = random.Random(seed)
    try:
        while not done.is_set():
            one, other = numbers.sample(movies, 2)
            user_id, value = numbers.randrange(MEMBERS), numbers.randint(1, 10)
            try:
                rating_set(user_id=user_id, movie_id=one.pk, value=value)
            except UnknownMovie:
                rating_set(user_id=user_id, movie_id=other.pk, value=value)
    finally:
        connections.close_all()


def brought_about_twice(merge: Merge) -> None:
    def bring(_: int) -> None:
        try:
            bring_about(merge.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring, range(2)))


def test_ratings_go_on_while_titles_are_merged_and_parted(monkeypatch):
    monkeypatch.setattr(reviews_merging, "_BATCH", BATCH)
    monkeypatch.setattr("movieverse.merging._BATCH", BATCH)
    movies = [make_movie("Heat (1995)"), make_movie("Heat")]
    for movie in movies:
        ratings_load([(user_id, movie.pk, 5) for user_id in range(MEMBERS)])
    done = Flag()
    with ThreadPoolExecutor(RATERS) as pool:
        raters = [pool.submit(rate_until, done, movies, seed) for seed in range(RATERS)]
        try:
            merge = merge_rows(kind="movie", from_id=movies[0].pk, into_id=movies[1].pk, by=None)
            brought_about_twice(merge)
            assert not Rating.objects.filter(movie_id=movies[0].pk).exists()
            assert Rating.objects.filter(movie_id=movies[1].pk).count() == MEMBERS
            merge_undo(merge=merge, by=None)
            brought_about_twice(merge)
        finally:
            done.set()
        for rater in raters:
            rater.result()
    relay_everything()
    merge.refresh_from_db()
    assert merge.state == "undone"
    assert Movie.objects.count() == 2
    ratings = Rating.objects.count()
    lost = MergedRow.objects.filter(model="rating").exclude(kept="").count()
    assert ratings + lost >= 2 * MEMBERS
    assert_exact([movie.pk for movie in movies])
