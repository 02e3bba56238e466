"""Reports, hiding, restoring, dismissing; revisions and helpful votes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from apps.catalog.models import Movie
from apps.reviews import services
from apps.reviews.models import Event, HelpfulVote, ModerationAct, Review, ReviewReport, ReviewRevision
from movieverse.exceptions import VersionConflict
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

AUTHOR, READER, OTHER, MODERATOR = 1, 2, 3, 9


@pytest.fixture
def movie() -> Movie:
    return make_movie("Heat")


@pytest.fixture
def review(movie: Movie) -> Review:
    made = services.review_create(user_id=AUTHOR, movie_id=movie.pk, body="Good.")
    Event.objects.all().delete()
    return made


def stored(review: Review) -> Review:
    return Review.objects.get(pk=review.pk)


def told() -> list[tuple[str, int, str]]:
    events = list(Event.objects.order_by("pk").values_list("kind", "object_id", "action"))
    Event.objects.all().delete()
    return events


def report(review: Review, user_id: int = READER, **given: str) -> ReviewReport:
    return services.review_report(user_id=user_id, review_id=review.pk, **{"reason": "spam"} | given)


def acts() -> list[tuple[str, int | None, int, int | None, str]]:
    return list(ModerationAct.objects.order_by("pk").values_list("kind", "review_id", "user_id", "by", "reason"))


# --- Revisions ------------------------------------------------------------------------------------


def test_what_a_review_said_is_kept_with_each_change(review):
    services.review_update(review=review, body="Better.", is_spoiler=True, language="de")
    services.review_update(review=review, title="Best", by=MODERATOR)
    names = ("version", "title", "body", "is_spoiler", "language", "by")
    assert list(ReviewRevision.objects.order_by("version").values_list(*names)) == [
        (1, "", "Good.", False, "", AUTHOR),
        (2, "", "Better.", True, "de", MODERATOR),
    ]
    assert (stored(review).version, stored(review).title, stored(review).body) == (3, "Best", "Better.")
    assert stored(review).edited_at


def test_who_changes_nothing_makes_no_revision_and_no_version(review):
    services.review_update(review=review, body="Good.", title="")
    assert not ReviewRevision.objects.exists()
    assert (stored(review).version, stored(review).edited_at, told()) == (1, None, [])


def test_what_is_refused_leaves_no_revision(review):
    for changes, error in (({"body": " "}, ValidationError), ({"language": "klingon"}, ValidationError)):
        with pytest.raises(error):
            services.review_update(review=stored(review), **changes)
    services.review_update(review=stored(review), body="Better.")
    with pytest.raises(VersionConflict):
        services.review_update(review=stored(review), body="Best.", version=1)
    assert ReviewRevision.objects.count() == 1


def test_a_change_that_fails_takes_its_revision_back(review, monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("apps.reviews.services.reviews.reviews_changed", fail)
    with pytest.raises(RuntimeError):
        services.review_update(review=review, body="Better.")
    assert not ReviewRevision.objects.exists()


def test_with_a_review_goes_all_that_hangs_on_it_but_what_moderators_did(review):
    services.review_update(review=review, body="Better.")
    services.vote_add(user_id=READER, review_id=review.pk)
    report(review)
    services.reports_dismiss(review=review, by=MODERATOR, reason="Fine.")
    services.review_delete(review=review)
    assert [model.objects.count() for model in (ReviewRevision, HelpfulVote, ReviewReport)] == [0, 0, 0]
    assert acts() == [("dismiss", review.pk, AUTHOR, MODERATOR, "Fine.")]


# --- Helpful votes --------------------------------------------------------------------------------


def test_a_member_finds_a_review_helpful_once(review):
    for _ in range(2):
        assert services.vote_add(user_id=READER, review_id=review.pk).helpful_count == 1
    assert services.vote_add(user_id=OTHER, review_id=review.pk).helpful_count == 2
    assert stored(review).helpful_count == 2
    for _ in range(2):
        assert services.vote_remove(user_id=READER, review_id=review.pk).helpful_count == 1
    assert (stored(review).helpful_count, stored(review).version) == (1, 1)
    assert told() == [("review", review.pk, "saved")] * 3


def test_nobody_finds_their_own_review_helpful_nor_one_that_is_not_shown(review):
    with pytest.raises(services.OwnReview):
        services.vote_add(user_id=AUTHOR, review_id=review.pk)
    services.review_hide(review=review, by=MODERATOR, reason="Spam.")
    for vote in (services.vote_add, services.vote_remove):
        with pytest.raises(services.UnknownReview):
            vote(user_id=READER, review_id=review.pk)
    assert not HelpfulVote.objects.exists()


def test_with_a_member_go_their_votes_and_reports(review):
    services.vote_add(user_id=READER, review_id=review.pk)
    services.vote_add(user_id=OTHER, review_id=review.pk)
    report(review, READER), report(review, OTHER)
    for _ in range(2):
        services.members_forget(user_ids=[READER])
    assert (stored(review).helpful_count, stored(review).open_reports) == (1, 1)
    assert list(HelpfulVote.objects.values_list("user_id", flat=True)) == [OTHER]
    assert list(ReviewReport.objects.values_list("user_id", flat=True)) == [OTHER]


# --- Reports --------------------------------------------------------------------------------------


def test_a_member_has_one_open_report_of_a_review(review):
    report(review, text=" Shoes! ")
    with pytest.raises(services.AlreadyReported):
        report(review, reason="abuse")
    report(review, OTHER)
    assert stored(review).open_reports == 2
    services.reports_dismiss(review=review, by=MODERATOR, reason="No shoes.")
    report(review, reason="abuse")
    assert stored(review).open_reports == 1
    assert ReviewReport.objects.order_by("pk")[0].text == "Shoes!"
    assert told() == []  # it is between the member and the moderators


@pytest.mark.parametrize("wrong", [{"reason": "boring"}, {"reason": ""}, {"text": "x" * 1_001}])
def test_a_report_says_what_moderators_can_use(review, wrong):
    with pytest.raises(ValidationError):
        report(review, **wrong)
    assert stored(review).open_reports == 0


def test_nobody_reports_their_own_review_nor_one_that_is_not_there(review):
    with pytest.raises(services.OwnReview):
        report(review, AUTHOR)
    services.review_delete(review=review)
    with pytest.raises(services.UnknownReview):
        report(review)


# --- Hiding ---------------------------------------------------------------------------------------


def test_hiding_resolves_the_reports_and_is_told_as_a_deletion(review):
    made = report(review)
    services.review_hide(review=review, by=MODERATOR, reason="Spam.")
    made.refresh_from_db()
    assert (made.resolved_by, made.resolution) == (MODERATOR, "hide")
    hidden = stored(review)
    assert (hidden.is_shown, hidden.hidden_by, hidden.hidden_reason, hidden.open_reports) == (
        False, MODERATOR, "Spam.", 0
    )  # fmt: skip
    assert told() == [("review", review.pk, "deleted")]
    services.review_update(review=hidden, body="No more shoes.")
    assert told() == [("review", review.pk, "deleted")]
    services.review_restore(review=review, by=MODERATOR, reason="Mended.")
    assert stored(review).is_shown
    assert told() == [("review", review.pk, "saved")]
    assert acts() == [
        ("hide", review.pk, AUTHOR, MODERATOR, "Spam."),
        ("restore", review.pk, AUTHOR, MODERATOR, "Mended."),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001])
def test_without_a_reason_that_can_be_kept_nothing_is_done(review, reason):
    report(review)
    for service in (services.review_hide, services.reports_dismiss):
        with pytest.raises(ValidationError):
            service(review=review, by=MODERATOR, reason=reason)
    assert (stored(review).is_shown, stored(review).open_reports, acts()) == (True, 1, [])


def test_what_there_is_nothing_to_do_about_is_refused(review):
    with pytest.raises(services.NotHidden):
        services.review_restore(review=review, by=MODERATOR)
    with pytest.raises(services.NotReported):
        services.reports_dismiss(review=review, by=MODERATOR, reason="Why not.")
    assert acts() == []


def test_an_act_is_written_once(review):
    services.review_hide(review=review, by=MODERATOR, reason="Spam.")
    act = ModerationAct.objects.get()
    act.reason = "None of your business."
    with pytest.raises(IntegrityError):
        act.save()
