"""Averages, and the score that movies are ordered by."""

import random

import pytest

from apps.reviews.models import PRIOR_AVERAGE, RatingSummary


def summary(*values: int, times: int = 1) -> RatingSummary:
    return RatingSummary(count=len(values) * times, total=sum(values) * times)


def test_without_ratings_there_is_no_average_and_no_score():
    assert (summary().average, summary().score) == (None, 0)


@pytest.mark.parametrize(
    ("rated", "average", "score"),
    [
        (summary(10), 5, 3.3333),  # (20 × 3.25 + 5) / 21
        (summary(1), 0.5, 3.119),
        (summary(9, 10, 9), 4.6667, 3.4348),
        (summary(10, times=20), 5, 4.125),  # as many as the prior weighs: half way
        (summary(10, times=10**9), 5, 5),
        (summary(1, times=10**9), 0.5, 0.5),
        (summary(8, 9, times=10**12), 4.25, 4.25),
    ],
)
def test_the_average_and_the_score_are_these(rated: RatingSummary, average: float, score: float):
    assert (rated.average, rated.score) == (average, score)


def test_a_score_lies_between_the_prior_and_the_average():
    numbers = random.Random(3)
    for _ in range(200):
        rated = summary(*(numbers.randint(1, 10) for _ in range(numbers.randint(1, 60))))
        low, high = sorted((PRIOR_AVERAGE, rated.average))
        assert 0.5 <= low <= rated.score <= high <= 5


def test_many_good_ratings_go_before_few_perfect_ones_and_few_bad_before_many_bad():
    scores = [
        rated.score
        for rated in (
            summary(9, times=500), summary(9, times=50), summary(10, times=2), summary(2), summary(2, times=50),
        )
    ]  # fmt: skip
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_each_better_rating_makes_a_better_score():
    scores = [summary(5, 7, value).score for value in range(1, 11)]
    assert scores == sorted(set(scores))
