import numpy as np
import pytest
from scipy.sparse import csr_array

from apps.recommendations.learning import content
from apps.recommendations.learning.alike import alike, likers
from apps.recommendations.learning.baselines import Chance, Ease, ItemNeighbours, Ours, Popularity
from apps.recommendations.learning.following import Following
from apps.recommendations.learning.likes import Likes
from apps.recommendations.learning.sparse import strongest
from apps.recommendations.learning.together import goes_together
from tests.recommendations.test_likes import likes_of

PLAIN = Following(window=2, half_life=1, shrink=0)


def test_what_follows_counts_the_more_the_nearer_it_comes():
    weights = PLAIN.fit(likes_of(ada=[0, 1, 2, 3])).toarray()
    assert weights[0].tolist() == [0, 1, 0.5, 0]
    assert weights[3].tolist() == [0, 0, 0, 0]


def test_what_follows_by_chance_counts_less():
    liked = likes_of(ada=[0, 1], bob=[0, 1], cy=[2, 1])
    weights = Following(window=2, half_life=1, shrink=10).fit(liked).toarray()
    assert weights[0, 1] > weights[2, 1] > 0


def test_nobodys_likes_follow_anothers():
    assert PLAIN.fit(likes_of(ada=[0], bob=[1])).nnz == 0


def test_parts_make_what_the_whole_makes(monkeypatch: pytest.MonkeyPatch):
    random = np.random.default_rng(5)
    liked = Likes.of(
        user_ids=random.integers(20, size=400), movie_ids=random.integers(30, size=400), moments=np.arange(400)
    )
    whole = Following().fit(liked).toarray()
    monkeypatch.setattr("apps.recommendations.learning.following._AT_ONCE", 7)
    assert np.allclose(Following().fit(liked).toarray(), whole, rtol=1e-5)


def test_the_strongest_of_equals_are_the_first_and_nothing_goes_with_itself():
    matrix = csr_array(np.array([[9, 1, 2, 2, 2], [0, 0, 0, 0, 0], [1, 0, 5, 0, -1], [0] * 5, [0] * 5]))
    assert strongest(matrix, 2).toarray()[:3].tolist() == [[0, 0, 2, 2, 0], [0] * 5, [1, 0, 0, 0, 0]]


def test_ours_recommends_what_follows_the_latest_likes():
    liked = likes_of(ada=[0, 1], bob=[2, 3], cy=[0, 1], dan=[2, 3], eve=[0, 2])
    ours = Ours(PLAIN)
    ours.fit(liked)
    (scores,) = ours.scores(np.array([4]))
    assert scores[3] > scores[1] > 0


def test_baselines_are_what_their_names_say():
    liked = likes_of(ada=[0, 1], bob=[0, 1], cy=[0, 2])
    popular, alike, chance, ease = Popularity(), ItemNeighbours(), Chance(), Ease(1)
    for one in (popular, alike, chance, ease):
        one.fit(liked)
    users = np.array([0, 2])
    assert popular.scores(users).tolist() == [[3, 2, 1]] * 2
    assert alike.scores(users)[0] == pytest.approx([2 / 6**0.5, 2 / 6**0.5, 1 / 3**0.5])
    assert np.array_equal(chance.scores(users)[1], chance.scores(np.array([2]))[0])
    gram = np.array([[4.0, 2, 1], [2, 3, 0], [1, 0, 2]])
    inverse = np.linalg.inv(gram)
    assert ease.weights[0, 1] == pytest.approx(-inverse[0, 1] / inverse[1, 1])


def traits(overview: str = "", **kinds: dict[str, float]) -> content.Traits:
    return {kind: {} for kind in content.WEIGHTS} | kinds | {"overview": overview}


def similarities(*movies: content.Traits, most: int = 10) -> np.ndarray:
    rows = content.vectors([movies])
    return np.vstack([some.toarray() for some in content.nearest(rows, most)])


def test_movies_are_alike_by_what_few_others_have():
    murder, heist = {"murder": 1.0}, {"heist": 1.0}
    found = similarities(
        traits(keywords=murder | heist),
        traits(keywords=murder),
        traits(keywords=heist),
        traits(keywords=murder),
        traits(keywords=murder),
    )
    assert found[0, 2] > found[0, 1] > 0
    assert found[1, 2] == 0


def test_to_have_but_a_genre_in_common_says_little_of_what_one_may_like():
    drama, heist = {"drama": 1.0}, {"heist": 1.0}
    rows = content.vectors([[traits(genres=drama), traits(genres=drama, keywords=heist), traits("Thieves.")]])
    assert content.own_of(rows).tolist() == pytest.approx([0, 0.75, 1])
    near, own = np.ones((3, 3), np.float32), np.array([0, 0.5, 1], np.float32)
    assert content.trusted(csr_array(near), own).toarray()[1].tolist() == [0, 0.25, 0.5]
    assert content.trusted(csr_array(near[2:]), own, first=2).toarray().tolist() == [[0, 0.5, 1]]


def test_words_of_the_overview_make_alike():
    found = similarities(
        traits("A shark hunts swimmers."), traits("Swimmers flee a shark."), traits("Two lawyers marry.")
    )
    assert found[0, 1] > 0.3
    assert found[0, 2] == 0


def test_of_whom_nothing_is_said_nothing_is_alike():
    assert not similarities(traits(), traits(), traits("A shark.")).any()


def test_what_very_many_share_is_compared_but_finds_nobody(monkeypatch: pytest.MonkeyPatch):
    movies = [traits(genres={"drama": 1.0}, keywords={f"k{number // 2}": 1.0}) for number in range(8)]
    exact = similarities(*movies)
    monkeypatch.setattr("apps.recommendations.learning.content._COMMON", 4)
    found = similarities(*movies)
    assert np.allclose(found[found > 0], exact[found > 0])
    assert (found > 0).sum() == 8


def test_movies_are_alike_by_who_likes_them_and_the_number_of_those_is_told():
    liked = likes_of(ada=[0, 1], bob=[0, 1], cy=[0, 2], dan=[1])
    found = alike(liked, 10)
    assert found.toarray()[0].tolist() == pytest.approx([0, 2 / 13, 1 / (13 * 11) ** 0.5])
    assert likers(found, liked.counts).tolist() == [2, 1, 2, 1]


def test_what_goes_together_is_told_by_the_movies_own_ids():
    heist, shark = traits(keywords={"heist": 1.0}), traits(keywords={"shark": 1.0})
    liked = Likes.of(user_ids=np.array([1, 1, 2, 2, 3]), movie_ids=np.array([70, 90, 70, 90, 66]), moments=np.arange(5))
    movie_ids = np.array([50, 60, 70, 90])
    vectors = content.vectors([[heist, shark, heist, shark]])
    found = {
        one.movie_id: one
        for one in goes_together(movie_ids=movie_ids, vectors=vectors, likes=liked, following=Following())
    }
    assert list(found) == [50, 60, 70, 90]
    assert [(row["movie"], row["likers"]) for row in found[70].similar] == [(50, 0), (90, 2)]
    assert found[70].followers["movie"].tolist() == [90, 50]
    assert found[90].followers["movie"].tolist() == [60], "what comes before does not follow"
    assert found[50].similar["movie"].tolist() == [70]
