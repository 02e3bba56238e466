"""Moderators decide about what members have reported, say why, and leave a trail."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.reviews import services
from apps.reviews.models import ModerationAct, ReportedReview, Review, ReviewReport
from tests.admin.browser import opened
from tests.admin.rows import make_row, page
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")


def act(desk: Client, action: str, reason: str, *reviews: Review, model=ReportedReview) -> str:
    chosen = {"action": action, "reason": reason, "_selected_action": [row.pk for row in reviews], "index": 0}
    return desk.post(page(model, "changelist"), chosen, follow=True).content.decode()


def reported(times: int, text: str = "Shoes!") -> Review:
    review = services.review_create(user_id=make_user().pk, movie_id=make_movie().pk, body="Buy shoes.")
    for _ in range(times):
        services.review_report(user_id=make_user().pk, review_id=review.pk, reason="spam", text=text)
    return review


def moderator(*codenames: str) -> Client:
    user = make_user("moderator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def test_the_queue_has_the_most_reported_first_and_of_these_the_oldest(desk):
    once, often, once_more = reported(1), reported(3), reported(1)
    reported(0)
    answer = desk.get(page(ReportedReview, "changelist"))
    assert [row.pk for row in answer.context["cl"].result_list] == [often.pk, once.pk, once_more.pk]
    assert "Spam: Shoes!" in answer.content.decode()


def test_hiding_takes_a_reason_and_leaves_a_trail(desk, curator):
    review = reported(2)
    assert "Say why" in act(desk, "hide", " ", review)
    assert Review.objects.get(pk=review.pk).is_shown
    assert "Hidden: 1." in act(desk, "hide", "Advertising.", review)
    assert not Review.objects.get(pk=review.pk).is_shown
    assert not ReportedReview.objects.exists()
    done = ModerationAct.objects.get()
    assert (done.kind, done.review_id, done.user_id, done.by) == ("hide", review.pk, review.user_id, curator.pk)
    assert LogEntry.objects.get().change_message == "Hidden: Advertising."
    shown = desk.get(page(Review, "change", review.pk)).content.decode()
    assert "Advertising." in shown
    assert "Shoes!" in shown


def test_a_hidden_review_is_shown_again(desk):
    review = reported(1)
    act(desk, "hide", "Advertising.", review)
    assert "Shown again: 1." in act(desk, "restore", "", review, model=Review)
    assert Review.objects.get(pk=review.pk).is_shown
    assert "This review is not hidden." in act(desk, "restore", "", review, model=Review)


def test_reports_are_dismissed_for_a_reason(desk):
    review = reported(2)
    assert "Say why" in act(desk, "dismiss", "", review)
    assert "Reports dismissed: 1." in act(desk, "dismiss", "It is on topic.", review)
    assert Review.objects.get(pk=review.pk).is_shown
    assert set(ReviewReport.objects.values_list("resolution", flat=True)) == {"dismiss"}


def test_a_reported_review_links_to_its_author_s_account(desk):
    review = reported(1)
    assert page(User, "change", review.user_id) in desk.get(page(ReportedReview, "change", review.pk)).content.decode()


def test_who_may_not_moderate_sees_neither_the_queue_nor_who_has_reported(desk):
    review = reported(1, text="Between you and me")
    editor = moderator("view_review", "change_review")
    assert editor.get(page(ReportedReview, "changelist")).status_code == 403
    assert editor.get(page(ModerationAct, "changelist")).status_code == 403
    shown = editor.get(page(Review, "change", review.pk))
    assert shown.status_code == 200
    assert "Between you and me" not in shown.content.decode()
    act(editor, "hide", "Spam.", review, model=Review)
    assert Review.objects.get(pk=review.pk).is_shown


def test_one_permission_makes_a_moderator():
    review, client = reported(1), moderator("moderate_review")
    assert client.get(page(ReportedReview, "change", review.pk)).status_code == 200
    assert "Hidden: 1." in act(client, "hide", "Spam.", review)
    assert client.get(page(ModerationAct, "changelist")).status_code == 200


@pytest.mark.parametrize(("term", "found"), [("review:{review}", 1), ("user:{user}", 1), ("review:0", 0), ("spam", 0)])
def test_acts_are_found_by_review_and_by_author(desk, term, found):
    done = make_row(ModerationAct)
    term = term.format(review=done.review_id, user=done.user_id)
    answer = desk.get(page(ModerationAct, "changelist"), {"q": term})
    assert len(answer.context["cl"].result_list) == found


def test_an_editor_s_correction_is_kept_with_what_it_was_before(desk, curator):
    review = reported(0)
    form = opened(desk, page(Review, "change", review.pk))
    desk.post(page(Review, "change", review.pk), form)
    assert not review.revisions.exists()
    desk.post(page(Review, "change", review.pk), form | {"body": "Fine.", "is_spoiler": "on", "language": "en"})
    before = review.revisions.get()
    assert (before.body, before.is_spoiler, before.version, before.by) == ("Buy shoes.", False, 1, curator.pk)
    assert "Buy shoes." in desk.get(page(Review, "change", review.pk)).content.decode()
