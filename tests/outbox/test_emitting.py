"""An event is written with the change that it tells of, or not at all."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

import movieverse
from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.reviews.models import Event, Rating, RatingSummary
from apps.reviews.services import rating_set
from movieverse.outbox import emit
from movieverse.outbox.relay import relay_all
from tests.factories import make_movie, make_user
from tests.outbox.conftest import happen, logged, waiting


@pytest.mark.usefixtures("stores")
def test_outside_a_transaction_nothing_is_emitted():
    with pytest.raises(TransactionManagementError, match=r"within movieverse\.atomic\('reviews'\)"):
        emit([Event(kind="review", object_id=1)])
    with pytest.raises(TransactionManagementError):
        movieverse.atomic("default")(emit)([Event(kind="review", object_id=1)])
    assert waiting() == []


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("rows", [(1,), (1, 2)])
def test_a_rolled_back_write_leaves_no_event(rows):
    @movieverse.atomic("reviews")
    def fail() -> None:
        happen(*rows)
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert waiting() == []


@pytest.mark.usefixtures("stores")
def test_events_have_the_order_in_which_they_were_emitted():
    happen(3)
    happen(1, 2)
    assert waiting() == [3, 1, 2]


@pytest.fixture
def rated(committed, settings):
    """A movie, and what rating it has the catalogue show, in stores that commit and relay at once."""
    settings.RELAY_INLINE = True
    committed(Movie, Rating, RatingSummary, User)
    movie = make_movie("Heat")
    relay_all()

    def rate() -> None:
        rating_set(user_id=1, movie_id=movie.pk, value=8)

    return rate, lambda: Movie.objects.get(pk=movie.pk).rating_count


def test_embedded_the_other_stores_know_as_soon_as_it_is_committed(rated):
    rate, shown = rated
    rate()
    assert (shown(), waiting()) == (1, [])


def test_nobody_is_told_within_a_callers_transaction_on_another_store(rated):
    rate, shown = rated
    with transaction.atomic(using="default"):
        rate()
        assert shown() == 0
        assert len(waiting()) == 1
    assert (shown(), waiting()) == (1, [])


def test_what_a_caller_rolls_back_on_another_store_loses_no_event(rated):
    rate, shown = rated
    before = len(logged())
    with transaction.atomic(using="default"):
        make_user()
        rate()
        transaction.set_rollback(True, using="default")
    assert not User.objects.exists()
    assert (shown(), len(waiting())) == (0, 1)
    relay_all()
    assert (shown(), waiting(), len(logged())) == (1, [], before + 1)


def test_a_relay_that_fails_after_the_commit_is_no_failure_of_the_write(rated, monkeypatch):
    from django.db import OperationalError

    def busy(*args: object) -> None:
        raise OperationalError("database is locked")

    rate, shown = rated
    with monkeypatch.context() as patched:
        patched.setattr("movieverse.outbox.relay.append", busy)
        rate()
    assert len(waiting()) == 1
    relay_all()
    assert (shown(), waiting()) == (1, [])
