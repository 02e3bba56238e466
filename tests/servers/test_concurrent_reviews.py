"""Many at once on the real servers: of votes, reports, edits and bans nothing is lost, and every count is exact."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.models import HelpfulVote, ModerationAct, Rating, RatingSummary, Review, ReviewReport, ReviewRevision
from apps.reviews.selectors import counted_summaries
from tests.factories import make_movie, make_user
from tests.servers.test_concurrent_ratings import at_once

pytestmark = pytest.mark.servers

THREADS = 16
AUTHOR = 1_000


@pytest.fixture(autouse=True)
def written(committed: Callable[..., None]) -> None:
    committed(Review, Rating, RatingSummary, ModerationAct, Movie, User)


@pytest.fixture
def heat() -> Movie:
    return make_movie("Heat")


@pytest.fixture
def review(heat: Movie) -> Review:
    return services.review_create(user_id=AUTHOR, movie_id=heat.pk, body="Good.")


def settled(work: Callable[[], Any]) -> Any:
    """What comes of it, be it a refusal."""
    try:
        return work()
    except services.AlreadyReported as refusal:
        return refusal


def test_each_vote_counts_once_whoever_gives_it_how_often(review: Review):
    at_once(lambda number: services.vote_add(user_id=number % 8, review_id=review.pk), THREADS)
    assert Review.objects.get().helpful_count == HelpfulVote.objects.count() == 8


def test_of_one_member_s_reports_at_once_one_is_open(review: Review):
    made = at_once(
        lambda number: settled(lambda: services.review_report(user_id=number % 2, review_id=review.pk, reason="spam")),
        THREADS,
    )
    assert Review.objects.get().open_reports == ReviewReport.objects.count() == 2
    assert len([one for one in made if isinstance(one, ReviewReport)]) == 2


def test_each_change_keeps_what_was_there_before_it(review: Review):
    at_once(lambda number: services.review_update(review=Review.objects.get(), body=f"Take {number}."), THREADS)
    stored = Review.objects.get()
    said = [*ReviewRevision.objects.order_by("version").values_list("body", flat=True), stored.body]
    assert stored.version == len(said) == THREADS + 1
    assert set(said) == {"Good.", *(f"Take {number}." for number in range(THREADS))}


def test_who_votes_reports_edits_and_moderates_at_once_waits_and_nobody_deadlocks(review: Review):
    def work(number: int) -> None:
        act = (
            lambda: services.vote_add(user_id=number, review_id=review.pk),
            lambda: services.review_report(user_id=number, review_id=review.pk, reason="spam"),
            lambda: services.members_forget(user_ids=[number - 2]),
            lambda: services.review_update(review=Review.objects.get(), title=f"Take {number}"),
        )[number % 4]
        act()

    at_once(work, THREADS)
    stored = Review.objects.get()
    assert stored.helpful_count == HelpfulVote.objects.filter(withheld=False).count()
    assert stored.open_reports == ReviewReport.objects.filter(resolved_at=None).count()
    assert stored.version == 1 + THREADS // 4


def test_a_ban_and_its_end_while_others_rate_leave_exact_summaries(heat: Movie):
    troll = make_user("troll")
    movies = [heat, *(make_movie() for _ in range(5))]
    for movie in movies:
        services.rating_set(user_id=troll.pk, movie_id=movie.pk, value=1)

    def work(number: int) -> None:
        if number % 4 == 0:
            User.objects.filter(pk=troll.pk).update(is_active=number % 8 == 0)
            services.members_settle(user_ids=[troll.pk])
        else:
            for movie in movies:
                services.rating_set(user_id=AUTHOR + number, movie_id=movie.pk, value=number % 10 + 1)

    at_once(work, THREADS)
    services.members_settle(user_ids=[troll.pk])
    is_active = User.objects.get(pk=troll.pk).is_active
    assert set(Rating.objects.filter(user_id=troll.pk).values_list("withheld", flat=True)) == {not is_active}
    stored = RatingSummary.objects.in_bulk()
    for counted in counted_summaries(movie.pk for movie in movies):
        assert stored[counted.pk].numbers == counted.numbers
        assert stored[counted.pk].count == THREADS * 3 // 4 + is_active
