"""What others are about to put right is nothing wrong."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from django.db import connections
from django.db.models import Model

from apps.accounts.models import Event as AccountEvent
from apps.accounts.models import User
from apps.accounts.services import user_delete
from apps.catalog.models import Event, ExternalId, Movie
from apps.catalog.services import movie_delete
from apps.insights.soundness.there import missing
from apps.profiles.models import Event as ProfileEvent
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews.models import Event as ReviewEvent
from apps.reviews.models import Rater, Rating, RatingSummary, Review, Tag
from apps.reviews.services import rating_delete, rating_set
from movieverse.models import ChangeLog
from movieverse.outbox.relay import relay_all
from movieverse.outbox.stores import pending_ids
from tests.curation.consistency import checked, relayed
from tests.factories import make_movie, make_user


def test_a_deletion_that_the_others_have_yet_to_learn_of(heat: Movie):
    movie_delete(movie=heat)
    assert checked() == ([], "")
    Event.objects.all().delete()  # lost, as no service would
    assert checked().codes >= {"rating-without-movie", "profile-without-movie"}


def test_a_member_whom_the_others_have_yet_to_forget(heat: Movie):
    user_delete(user=User.objects.get(pk=Rating.objects.get().user_id))
    assert checked() == ([], "")
    AccountEvent.objects.all().delete()
    assert checked().codes >= {"rating-without-user", "profile-without-user"}


def test_a_deletion_that_is_a_dead_letter_is_told_of(heat: Movie):
    movie_delete(movie=heat)
    Event.objects.update(dead_at="2026-01-01T00:00:00Z", attempts=10)
    assert checked().codes >= {"rating-without-movie", "dead-letter"}


def test_a_rating_that_the_catalogue_has_yet_to_show(heat: Movie):
    rating_set(user_id=make_user().pk, movie_id=heat.pk, value=2)
    assert checked() == ([], "")
    ReviewEvent.objects.all().delete()
    assert checked().codes == {"projection"}


def test_a_display_name_that_the_accounts_have_yet_to_show(heat: Movie):
    profile_update(user_id=Profile.objects.get().pk, display_name="Bea")
    assert checked() == ([], "")
    ProfileEvent.objects.all().delete()
    (finding,) = checked().findings
    assert (finding["code"], finding["fault"]) == ("user-name", "is shown as 'Ada'; the profile says 'Bea'")


def test_a_display_name_that_is_shown_while_its_account_is_looked_at(heat: Movie, monkeypatch: pytest.MonkeyPatch):
    def meanwhile(*args: Any, **having: str) -> set[int]:
        profile_update(user_id=Profile.objects.get().pk, display_name="Bea")
        relayed()
        return pending_ids(*args, **having)

    User.objects.update(name="Somebody Else")  # so that it is looked at twice
    monkeypatch.setattr(import_module("apps.insights.soundness.displayed"), "pending_ids", meanwhile)
    assert checked() == ([], "")


def test_a_rating_that_is_shown_while_its_movie_is_looked_at(heat: Movie, monkeypatch: pytest.MonkeyPatch):
    def meanwhile(*args: Any, **having: str) -> set[int]:
        rating_set(user_id=make_user().pk, movie_id=heat.pk, value=2)
        relayed()
        return pending_ids(*args, **having)

    Movie.objects.update(rating_version=0)  # so that it is looked at twice
    monkeypatch.setattr(import_module("apps.insights.soundness.projections"), "pending_ids", meanwhile)
    assert checked() == ([], "")


def test_what_is_deleted_with_its_pointers_while_they_are_looked_at(heat: Movie, monkeypatch: pytest.MonkeyPatch):
    def meanwhile(model: type[Model], ids: Iterable[int]) -> set[int]:
        if model is Movie:
            movie_delete(movie=heat)
        return missing(model, ids)

    monkeypatch.setattr(import_module("apps.insights.soundness.pointers"), "missing", meanwhile)
    assert checked() == ([], "")


@pytest.fixture
def movies(committed: Callable[..., None]) -> list[Movie]:
    """Committed, as threads have connections of their own."""
    committed(Rating, RatingSummary, Review, Tag, Rater, Movie, ExternalId, User)
    return [make_movie(f"Movie {number}") for number in range(12)]


@pytest.mark.servers
def test_nothing_disagrees_while_eight_threads_rate_and_delete(movies: list[Movie]):
    members = [make_user().pk for _ in range(8)]
    going = True

    def work(seed: int) -> int:
        numbers, done = random.Random(seed), 0
        try:
            while going:
                rated = {"user_id": members[seed], "movie_id": numbers.choice(movies[:10]).pk}
                if numbers.random() < 0.2:
                    rating_delete(**rated)
                else:
                    rating_set(**rated, value=numbers.randint(1, 10))
                done += 1
        finally:
            connections.close_all()
        return done

    def relay() -> None:
        try:
            while going:
                relay_all()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(9) as pool:
        workers = [pool.submit(work, seed) for seed in range(8)]
        relaying = pool.submit(relay)
        try:
            outcomes = [checked() for _ in range(30)]
            rating_set(user_id=members[0], movie_id=movies[10].pk, value=5)
            movie_delete(movie=movies[10])
            outcomes += [checked() for _ in range(10)]
        finally:
            going = False
    assert outcomes == [([], "")] * 40
    assert all(worker.result() > 20 for worker in workers)
    relaying.result()
    assert ChangeLog.objects.get().position > 50
