"""Raters of data sets, who are no accounts."""

import pytest

from apps.accounts.models import User
from apps.reviews.models import Rater, Rating
from apps.reviews.services import members_forget, raters_load, ratings_load
from apps.reviews.services.raters import _BATCH
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")


def test_a_rater_has_the_same_id_every_time():
    first = raters_load(source="movielens", values=["1", "2"])
    again = raters_load(source="movielens", values=["3", "2", "1", "1"])
    assert len(set(again.values())) == 3
    assert again == first | {"3": again["3"]}


def test_raters_of_two_sources_are_two_raters_whatever_they_are_called():
    movielens, netflix = (raters_load(source=source, values=["1"])["1"] for source in ("movielens", "netflix"))
    assert movielens != netflix


def test_a_rater_s_id_is_no_account_s(member: User):
    ids = raters_load(source="movielens", values=[str(member.pk)])
    assert all(user_id < 0 for user_id in ids.values())


def test_what_a_source_calls_its_raters_is_compared_by_code_points():
    assert len(set(raters_load(source="letterboxd", values=["ada", "Ada", "àda"]).values())) == 3


def test_more_than_a_batch_are_all_known():
    values = [str(number) for number in range(_BATCH + 1)]
    assert raters_load(source="movielens", values=values).keys() == set(values)
    assert Rater.objects.count() == len(values)


def test_what_a_rater_has_said_can_be_forgotten_like_a_member_s():
    movie = make_movie("Heat")
    ids = raters_load(source="movielens", values=["1", "2"])
    ratings_load([(ids["1"], movie.pk, 8), (ids["2"], movie.pk, 3)])
    members_forget(user_ids=[ids["1"]])
    assert list(Rating.objects.values_list("user_id", "value")) == [(ids["2"], 3)]
