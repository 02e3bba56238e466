"""What members say stands as their accounts do: a ban withholds it, and with the account it comes back."""

import pytest

from apps.accounts.models import User
from apps.accounts.services import user_delete, user_save
from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.models import Event, HelpfulVote, ModerationAct, Rating, RatingSummary, Review, Tag
from apps.reviews.selectors import counted_summaries, summary_of, tags_of_movie
from apps.reviews.services import standing
from movieverse.bulk import Counts
from movieverse.outbox.relay import relay_all
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

SAID = (Rating, Review, Tag, HelpfulVote)


@pytest.fixture
def other(heat: Movie, alien: Movie) -> User:
    return _said_everything(make_user("other"), heat, alien, value=8)


@pytest.fixture
def troll(heat: Movie, alien: Movie, other: User) -> User:
    """Has said everything of both movies, and found the other's reviews helpful. It has been told."""
    user = _said_everything(make_user("troll"), heat, alien, value=1)
    for review in Review.objects.filter(user_id=other.pk):
        services.vote_add(user_id=user.pk, review_id=review.pk)
    relay_all()
    return user


def _said_everything(user: User, *movies: Movie, value: int) -> User:
    for movie in movies:
        services.rating_set(user_id=user.pk, movie_id=movie.pk, value=value)
        services.review_create(user_id=user.pk, movie_id=movie.pk, body="So I say.")
        services.tag_add(user_id=user.pk, movie_id=movie.pk, text="Heist")
    return user


def let_sign_in(user: User, is_active: bool) -> None:
    user.is_active = is_active
    user_save(user=user)
    relay_all()


def withheld(user: User) -> list[int]:
    return [model._default_manager.filter(user_id=user.pk, withheld=True).count() for model in SAID]


def helpful() -> set[int]:
    return set(Review.objects.exclude(helpful_count=0).values_list("user_id", flat=True))


def numbers(movie: Movie) -> tuple[int, int]:
    summary = summary_of(movie.pk)
    (counted,) = counted_summaries([movie.pk])
    assert summary.numbers == counted.numbers
    shown = Movie.objects.get(pk=movie.pk)
    assert (shown.rating_count, shown.rating_avg) == (summary.count, summary.average or 0)
    return summary.count, summary.total


def acts() -> list[tuple[str, int]]:
    return list(ModerationAct.objects.order_by("pk").values_list("kind", "user_id"))


def test_a_ban_takes_out_all_that_a_member_has_said_and_its_end_brings_it_back(heat, alien, troll, other):
    assert (numbers(heat), helpful()) == ((2, 9), {other.pk})
    let_sign_in(troll, False)
    assert withheld(troll) == [2, 2, 2, 2]
    assert withheld(other) == [0, 0, 0, 0]
    assert numbers(heat) == numbers(alien) == (1, 8)
    assert [tag.count for tag in tags_of_movie(heat.pk)] == [1]
    assert helpful() == set()
    assert set(Review.shown.values_list("user_id", flat=True)) == {other.pk}
    let_sign_in(troll, True)
    assert withheld(troll) == [0, 0, 0, 0]
    assert numbers(heat) == numbers(alien) == (2, 9)
    assert helpful() == {other.pk}
    assert acts() == [("withhold", troll.pk), ("release", troll.pk)]


def test_to_settle_once_more_does_and_tells_nothing(troll, other):
    for is_active in (False, True):
        let_sign_in(troll, is_active)
        said = len(acts())
        services.members_settle(user_ids=[troll.pk, other.pk])
        assert not Event.objects.exists()
        assert len(acts()) == said


def test_a_member_who_was_never_banned_leaves_no_trail(other):
    user_save(user=other)
    relay_all()
    assert acts() == []


def test_what_is_withheld_is_told_as_deleted_and_what_is_released_as_saved(heat, alien, troll):
    ids = sorted(Review.objects.filter(user_id=troll.pk).values_list("pk", flat=True))
    for settle, action in ((services.members_withhold, "deleted"), (services.members_release, "saved")):
        settle(user_ids=[troll.pk])
        told = Event.objects.order_by("pk").values_list("kind", "object_id", "action")
        assert [event for event in told if event[1] in ids and event[0] == "review" and event[2] == action] == [
            ("review", pk, action) for pk in ids
        ]
        assert {("tags", heat.pk, "saved"), ("rating_summary", alien.pk, "saved")} <= set(told)
        Event.objects.all().delete()


def test_a_hidden_review_stays_hidden_when_its_author_comes_back(troll):
    review = Review.objects.filter(user_id=troll.pk).first()
    services.review_hide(review=review, by=999_999, reason="Spam.")
    let_sign_in(troll, False)
    let_sign_in(troll, True)
    assert not Review.shown.filter(pk=review.pk).exists()
    assert Review.shown.filter(user_id=troll.pk).count() == 1


def test_more_than_a_batch_is_withheld_as_well(heat, troll, monkeypatch):
    monkeypatch.setattr(standing, "_BATCH", 1)
    monkeypatch.setattr("apps.reviews.services.votes._BATCH", 1)
    let_sign_in(troll, False)
    assert withheld(troll) == [2, 2, 2, 2]
    let_sign_in(troll, True)
    assert (withheld(troll), numbers(heat)) == ([0, 0, 0, 0], (2, 9))


@pytest.mark.parametrize("step", ["_turn_reviews", "_turn_ratings", "_turn_tags", "votes_turn"])
def test_what_was_interrupted_is_completed_by_the_next(heat, troll, monkeypatch, step):
    def fail(*args: object) -> None:
        raise ConnectionError

    troll.is_active = False
    user_save(user=troll)
    with monkeypatch.context() as patched:
        patched.setattr(standing, step, fail)
        with pytest.raises(ConnectionError):
            services.members_settle(user_ids=[troll.pk])
    relay_all()
    assert (withheld(troll), numbers(heat)) == ([2, 2, 2, 2], (1, 8))
    assert acts() == [("withhold", troll.pk)]


def test_an_account_that_changes_while_it_is_settled_is_looked_at_again(heat, troll, monkeypatch):
    let_sign_in(troll, False)
    release, turns = services.members_release, iter([True])

    def banned_meanwhile(*, user_ids: list[int]) -> None:
        release(user_ids=user_ids)
        if next(turns, None):
            User.objects.filter(pk=troll.pk).update(is_active=False)

    monkeypatch.setattr(standing, "members_release", banned_meanwhile)
    User.objects.filter(pk=troll.pk).update(is_active=True)
    services.members_settle(user_ids=[troll.pk])
    assert withheld(troll) == [2, 2, 2, 2]


def test_nothing_is_released_of_somebody_whose_account_is_gone(troll):
    services.members_withhold(user_ids=[troll.pk])
    User.objects.filter(pk=troll.pk).delete()
    services.members_settle(user_ids=[troll.pk])
    assert withheld(troll) == [2, 2, 2, 2]


def test_a_banned_member_s_words_go_with_the_account_and_are_not_taken_out_twice(heat, troll, other):
    let_sign_in(troll, False)
    user_delete(user=troll)
    relay_all()
    assert numbers(heat) == (1, 8)
    assert [model._default_manager.filter(user_id=troll.pk).count() for model in SAID] == [0, 0, 0, 0]
    assert helpful() == set()


def test_a_withheld_rating_that_is_changed_or_taken_back_counts_nowhere(heat, alien, troll):
    let_sign_in(troll, False)
    services.rating_set(user_id=troll.pk, movie_id=heat.pk, value=10)
    services.rating_delete(user_id=troll.pk, movie_id=alien.pk)
    assert numbers(heat) == numbers(alien) == (1, 8)
    let_sign_in(troll, True)
    assert (numbers(heat), numbers(alien)) == ((2, 18), (1, 8))


def test_a_withheld_vote_that_is_taken_back_was_counted_nowhere(troll, other):
    review = Review.objects.filter(user_id=other.pk).first()
    let_sign_in(troll, False)
    services.vote_remove(user_id=troll.pk, review_id=review.pk)
    assert Review.objects.get(pk=review.pk).helpful_count == 0


def test_what_seeds_load_of_a_banned_member_is_withheld_from_the_start(heat, troll):
    let_sign_in(troll, False)
    ronin = make_movie("Ronin")
    assert services.ratings_load([(troll.pk, ronin.pk, 9), (-7, ronin.pk, 6)]) == Counts(created=2)
    services.reviews_load([Review(user_id=troll.pk, movie_id=ronin.pk, body="Again.")])
    services.tags_load([(troll.pk, ronin.pk, "Again")])
    assert withheld(troll) == [3, 3, 3, 2]
    assert RatingSummary.objects.get(pk=ronin.pk).numbers[:2] == (1, 6)
    assert tags_of_movie(ronin.pk) == []
