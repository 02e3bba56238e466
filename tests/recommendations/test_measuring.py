"""What recommenders are measured by, against numbers made by hand."""

from math import log2

import numpy as np
import pytest

from apps.recommendations.learning import evaluating, measuring
from apps.recommendations.learning.baselines import Popularity
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import Likes, split
from apps.recommendations.learning.measuring import Measured, interval, measured
from tests.recommendations.test_likes import likes_of


class Fixed:
    """Recommends the same to everybody."""

    name = "fixed"

    def __init__(self, *movies: int) -> None:
        self.movies = movies

    def fit(self, likes: Likes) -> None:
        self.row = np.zeros(len(likes.movie_ids), np.float32)
        self.row[list(self.movies)] = range(len(self.movies), 0, -1)

    def scores(self, users: np.ndarray) -> np.ndarray:
        return np.tile(self.row, (len(users), 1))


def test_a_hit_counts_the_less_the_further_down_it_is():
    parts = split(likes_of(ada=[0, 1, 2, 3, 4]))  # 4 is held out
    assert measured(Fixed(4), parts).ndcg.tolist() == [1]
    assert measured(Fixed(5, 4), split(likes_of(ada=[0, 1, 2, 3, 4], bob=[5]))).ndcg == pytest.approx([1 / log2(3)])
    assert measured(Fixed(0, 1, 4), parts).ndcg.tolist() == [1], "what one has seen takes no place"


def test_of_several_held_out_the_share_is_told():
    liked = likes_of(ada=list(range(20, 30)), bob=list(range(30, 42)), cy=list(range(20)))
    found = measured(Fixed(28, 32, 40), split(liked))  # held out: 28 and 29; 40 and 41
    assert found.recall[:2].tolist() == [0.5, 0.5]
    best = 1 + 1 / log2(3)
    assert found.ndcg[:2] == pytest.approx([1 / best, (1 / log2(3)) / best])


def test_coverage_novelty_and_bias_are_of_what_is_recommended():
    counts, shown = np.array([6, 1, 1, 0]), np.array([2, 2, 0, 0])
    found = Measured("one", np.zeros(1), np.zeros(1), shown, counts).figures
    assert found["coverage"] == 0.5
    assert found["novelty"] == pytest.approx((-log2(6 / 8) + 3) / 2, abs=1e-4)
    assert found["popularity_bias"] == 0.5


def test_of_very_many_users_some_are_drawn_the_same_each_time(monkeypatch):
    monkeypatch.setattr(measuring, "MOST_USERS", 3)
    parts = split(likes_of(**{f"user{number}": [0, 1, 2, 3, 4 + number] for number in range(9)}))
    first, second = (measured(Popularity(), parts) for _ in range(2))
    assert len(first.ndcg) == 3
    assert np.array_equal(first.shown, second.shown)


def test_the_interval_is_that_of_the_mean_difference():
    ours = np.random.default_rng(3).normal(0.5, 0.1, 400)
    low, high = interval(ours, ours - 0.2)
    assert low == pytest.approx(0.2)
    assert high == pytest.approx(0.2)
    low, high = interval(ours, np.full(400, 0.5))
    error = 1.96 * 0.1 / 400**0.5
    assert low == pytest.approx(ours.mean() - 0.5 - error, abs=0.002)
    assert high == pytest.approx(ours.mean() - 0.5 + error, abs=0.002)


def test_parameters_are_chosen_without_the_likes_that_a_test_holds_out():
    liked = likes_of(**{f"user{number}": [(number + step) % 30 for step in range(20)] for number in range(30)})
    training = split(liked).training
    others = likes_of(**{f"user{number}": list(training.movies[training.users == number]) for number in range(30)})
    candidates = [Following(), Following(window=1)]
    found = [one.ndcg for one in evaluating.validated(liked, candidates, None)]
    with_other_tests = [one.ndcg for one in evaluating.validated(_with_other_tests(liked, others), candidates, None)]
    assert found == with_other_tests


def _with_other_tests(liked: Likes, training: Likes) -> Likes:
    """The same training, and behind it something else."""
    changed = liked.movies.copy()
    held_out = liked.places >= 16
    changed[held_out] = (liked.movies[held_out] + 5) % 30
    assert np.array_equal(changed[~held_out], training.movies)
    return Likes(
        users=liked.users, movies=changed, moments=liked.moments, user_ids=liked.user_ids, movie_ids=liked.movie_ids
    )


def test_defaults_are_among_what_is_chosen_from():
    assert Following() in evaluating.candidates()


def test_ease_is_left_out_where_there_are_too_many_movies(monkeypatch):
    liked = likes_of(ada=[0, 1])
    names = [one.name for one in evaluating.recommenders(liked, Following(), None)]
    monkeypatch.setattr(evaluating, "_MOST_OF_EASE", 1)
    without = [one.name for one in evaluating.recommenders(liked, Following(), None)]
    assert set(names) - set(without) == {"EASE"}
