"""A connection that breaks at whichever message: the error names the store that is away, and is never the driver's."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import pytest
from django.db import connections

from apps.accounts.models import Ban, User
from apps.accounts.services import user_ban
from apps.reviews.models import Rating, RatingSummary
from apps.reviews.services import rating_set
from movieverse.engines import breaker
from movieverse.exceptions import StoreUnavailable
from tests.factories import make_user
from tests.servers.way import Way

pytestmark = pytest.mark.servers

MOVIE, MEMBER = 1, 2


@pytest.fixture
def way(request: pytest.FixtureRequest, committed: Callable[..., None]) -> Iterator[Way]:
    """To the store that the test is about; nobody else in this process goes it."""
    committed(Rating, RatingSummary, Ban, User)
    connection = connections[request.param]
    if connection.vendor not in ("postgresql", "mysql"):
        pytest.skip(f"{request.param} is not behind a socket of this kind")
    direct = connection.settings_dict
    way = Way(direct["HOST"], int(direct["PORT"]))
    connection.settings_dict = direct | {"PORT": way.port}
    yield way
    way.listener.close()
    breaker.forget()
    connection.close()
    connection.settings_dict = direct


def _until_it_arrives(alias: str, way: Way, whole: bool, act: Callable[[int], None]) -> int:
    """Act on a connection that breaks at its first answer, one that does at its second … until one does not break."""
    for number in count(1):
        breaker.forget()
        connections[alias].close()
        with way.that_ends_at(number, whole=whole), suppress(StoreUnavailable):
            act(number)
        if not way.has_ended:
            return number
    raise AssertionError("unreachable")


@pytest.mark.parametrize("whole", [True, False], ids=["between answers", "within one"])
@pytest.mark.parametrize("way", ["reviews"], indirect=True)
def test_a_rating_is_stored_or_its_store_is_away(way: Way, whole: bool):
    RatingSummary.objects.create(movie_id=MOVIE)
    last = _until_it_arrives(
        "reviews", way, whole, lambda number: rating_set(user_id=MEMBER, movie_id=MOVIE, value=number % 10 + 1)
    )
    assert last > 5
    assert [rating.value for rating in Rating.objects.all()] == [last % 10 + 1]


@pytest.mark.parametrize("whole", [True, False], ids=["between answers", "within one"])
@pytest.mark.parametrize("way", ["default"], indirect=True)
def test_a_member_is_banned_or_the_store_is_away(way: Way, whole: bool):
    member = make_user()
    _until_it_arrives("default", way, whole, lambda number: user_ban(user=member, by=None, reason="Spam."))
    assert not User.objects.get(pk=member.pk).is_active
