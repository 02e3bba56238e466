"""Members report reviews; moderators hide them, show them again, or leave them as they are."""

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.reviews import services
from apps.reviews.models import Review, ReviewReport
from tests.api.conftest import ANY_VERSION, refusals
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

QUEUE = "/api/v1/moderation/reviews/"


@pytest.fixture
def review(member: User, heat) -> Review:
    return services.review_create(user_id=member.pk, movie_id=heat.pk, body="Buy shoes.")


@pytest.fixture
def url(review: Review) -> str:
    return f"/api/v1/reviews/{review.pk}/"


@pytest.fixture
def moderator(stores: None) -> APIClient:
    """May moderate reviews, and nothing else."""
    user = make_user("moderator", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="moderate_review"))
    client = APIClient()
    client.force_login(user)
    return client


def report(review: Review, **given: str) -> ReviewReport:
    return services.review_report(user_id=make_user().pk, review_id=review.pk, **{"reason": "spam"} | given)


def test_a_member_reports_a_review_once(somebody_else, url, review):
    made = somebody_else.post(f"{url}reports/", {"reason": "off-topic", "text": "About shoes."})
    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("review_id", "reason", "text")} == {
        "review_id": review.pk, "reason": "off-topic", "text": "About shoes."
    }  # fmt: skip
    again = somebody_else.post(f"{url}reports/", {"reason": "spam"})
    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/already-reported/")


def test_nobody_reports_their_own_nor_without_signing_in(api, signed_in, url):
    assert signed_in.post(f"{url}reports/", {"reason": "spam"}).status_code == 403
    assert api.post(f"{url}reports/", {"reason": "spam"}).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({}, "/reason"), ({"reason": "boring"}, "/reason"), ({"reason": "spam", "text": "x" * 1_001}, "/text")],
)
def test_a_report_that_says_nothing_useful_is_422(somebody_else, url, wrong, pointer):
    assert set(refusals(somebody_else.post(f"{url}reports/", wrong))) == {pointer}
    assert not ReviewReport.objects.exists()


def test_the_queue_shows_moderators_who_has_reported_what(moderator, review, heat):
    often = services.review_create(user_id=make_user().pk, movie_id=heat.pk, body="Buy more shoes.")
    mine = report(review, reason="abuse", text="Rude.")
    for _ in range(2):
        report(often)
    first, second = moderator.get(QUEUE).json()["results"]
    assert (first["id"], first["open_reports"], len(first["reports"])) == (often.pk, 2, 2)
    (told,) = second["reports"]
    assert (told["reporter"]["id"], told["reason"], told["text"]) == (mine.user_id, "abuse", "Rude.")
    assert (second["hidden"], second["withheld"], second["acts"]) == (None, False, [])


def test_a_moderator_hides_a_review_and_shows_it_again(api, moderator, signed_in, url, review):
    report(review)
    hidden = moderator.put(f"{url}hidden/", {"reason": "Advertising."})
    assert hidden.status_code == 200
    assert hidden.json()["hidden"] == {
        "at": hidden.json()["hidden"]["at"],
        "by": {"id": hidden.json()["acts"][0]["by"]["id"], "handle": "moderator", "name": "moderator"},
        "reason": "Advertising.",
    }
    assert moderator.get(QUEUE).json()["results"] == []
    assert api.get(url).status_code == 404
    assert moderator.get(f"{QUEUE}{review.pk}/").json() == hidden.json()
    shown = moderator.delete(f"{url}hidden/", {"reason": "Mended."})
    assert (shown.status_code, shown.json()["hidden"]) == (200, None)
    assert [(act["kind"], act["reason"]) for act in shown.json()["acts"]] == [
        ("restore", "Mended."),
        ("hide", "Advertising."),
    ]
    assert api.get(url).status_code == 200
    again = moderator.delete(f"{url}hidden/")
    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/not-hidden/")


def test_a_moderator_dismisses_reports(moderator, url, review):
    report(review)
    dismissed = moderator.post(f"{url}reports/dismiss/", {"reason": "On topic."}).json()
    assert (dismissed["open_reports"], dismissed["reports"], dismissed["hidden"]) == (0, [], None)
    again = moderator.post(f"{url}reports/dismiss/", {"reason": "On topic."})
    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/not-reported/")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 1_001}])
def test_a_moderator_says_why(moderator, api, url, review, body):
    report(review)
    assert set(refusals(moderator.put(f"{url}hidden/", body))) == {"/reason"}
    assert set(refusals(moderator.post(f"{url}reports/dismiss/", body))) == {"/reason"}
    assert api.get(url).status_code == 200


def moderating(client: APIClient, review: Review) -> list[int]:
    url = f"/api/v1/reviews/{review.pk}/"
    return [
        answer.status_code
        for answer in (
            client.get(QUEUE),
            client.get(f"{QUEUE}{review.pk}/"),
            client.put(f"{url}hidden/", {"reason": "Spam."}),
            client.delete(f"{url}hidden/"),
            client.post(f"{url}reports/dismiss/", {"reason": "Fine."}),
        )
    ]


def test_only_moderators_moderate(api, signed_in, somebody_else, review):
    report(review)
    assert moderating(api, review) == [401] * 5
    for user in (make_user("clerk", is_staff=True), _former_moderator()):
        client = APIClient()
        client.force_login(user)
        assert moderating(client, review) == [403] * 5
    assert moderating(signed_in, review) == moderating(somebody_else, review) == [403] * 5
    assert Review.objects.get().is_shown


def _former_moderator() -> User:
    """Of the staff no more, but nobody has taken the permission back."""
    user = make_user("former")
    user.user_permissions.add(Permission.objects.get(codename="moderate_review"))
    return user


def test_an_author_finds_a_hidden_review_with_the_reason_and_may_mend_it(api, signed_in, url, review):
    services.review_create(user_id=review.user_id, movie_id=make_movie().pk, body="Fine.")
    services.review_hide(review=review, by=999_999, reason="Advertising.")
    fine, hidden = signed_in.get("/api/v1/me/reviews/").json()["results"]
    assert (fine["hidden"], hidden["hidden"]["reason"]) == (None, "Advertising.")
    assert "by" not in hidden["hidden"]
    own = signed_in.get(f"/api/v1/me/reviews/{review.pk}/")
    assert own.json() == hidden
    assert signed_in.patch(url, {"body": "No shoes."}, headers={"If-Match": own["ETag"]}).status_code == 200
    stale = signed_in.patch(url, {"body": "Shoes."}, headers={"If-Match": own["ETag"]})
    assert stale.status_code == 412
    assert api.get(url).status_code == signed_in.get(url).status_code == 404
    assert signed_in.delete(url, headers=ANY_VERSION).status_code == 204


def test_to_others_a_hidden_review_is_not_there(somebody_else, url, review):
    services.review_hide(review=review, by=999_999, reason="Advertising.")
    for answer in (
        somebody_else.get(url),
        somebody_else.patch(url, {"body": "x"}, headers=ANY_VERSION),
        somebody_else.delete(url, headers=ANY_VERSION),
        somebody_else.get(f"{url}helpful/"),
        somebody_else.put(f"{url}helpful/"),
        somebody_else.post(f"{url}reports/", {"reason": "spam"}),
        somebody_else.get(f"/api/v1/me/reviews/{review.pk}/"),
    ):
        assert answer.status_code == 404
