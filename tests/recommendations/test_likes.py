import numpy as np

from apps.recommendations.learning.likes import Likes, split


def likes_of(**movies: list[int]) -> Likes:
    """Of each user the movies in the order in which they came to be liked."""
    rows = [(user, movie, at) for user, liked in enumerate(movies.values()) for at, movie in enumerate(liked)]
    users, liked, moments = np.array(rows).T
    return Likes.of(user_ids=users, movie_ids=liked, moments=moments)


def told(likes: Likes) -> list[tuple[int, int]]:
    pairs = zip(likes.user_ids[likes.users], likes.movie_ids[likes.movies], strict=True)
    return [(int(user), int(movie)) for user, movie in pairs]


def test_likes_are_ordered_by_user_and_time_whatever_order_they_come_in():
    likes = Likes.of(
        user_ids=np.array([7, -3, 7, -3]), movie_ids=np.array([50, 40, 60, 50]), moments=np.array([2, 9, 1, 8])
    )
    assert told(likes) == [(-3, 50), (-3, 40), (7, 60), (7, 50)]


def test_likes_of_one_moment_stay_in_their_order():
    likes = Likes.of(user_ids=np.ones(3, int), movie_ids=np.array([9, 5, 7]), moments=np.zeros(3, int))
    assert told(likes) == [(1, 9), (1, 5), (1, 7)]


def test_an_age_is_how_many_likes_of_the_same_user_came_after():
    assert list(likes_of(ada=[1, 2, 3], bob=[4]).ages) == [2, 1, 0, 0]


def test_the_last_fifth_of_each_users_likes_is_held_out():
    training, held_out = split(likes_of(ada=list(range(10)), bob=list(range(5))))
    assert told(held_out) == [(0, 8), (0, 9), (1, 4)]
    assert len(training) == 12


def test_who_likes_little_is_all_in_the_training():
    training, held_out = split(likes_of(ada=[1, 2, 3, 4]))
    assert (len(training), len(held_out)) == (4, 0)


def test_of_an_earlier_split_nobody_sees_what_comes_after_it():
    training, held_out = split(likes_of(ada=list(range(20))), before=20)
    assert [movie for _, movie in told(held_out)] == [12, 13, 14, 15]
    assert [movie for _, movie in told(training)] == list(range(12))


def test_no_likes_at_all_are_split_into_none():
    nothing = np.empty(0, np.int64)
    training, held_out = split(Likes.of(user_ids=nothing, movie_ids=nothing, moments=nothing))
    assert (len(training), len(held_out), training.shape) == (0, 0, (0, 0))
