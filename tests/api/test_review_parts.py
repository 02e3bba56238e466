"""A review's text, its history, who found it helpful, and in which orders and parts reviews are read."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.reviews import services
from apps.reviews.models import Review
from tests.api.conftest import ANY_VERSION, refusals
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def review(member: User, heat) -> Review:
    return services.review_create(user_id=member.pk, movie_id=heat.pk, body="All *of* it.\n\n<script>")


@pytest.fixture
def url(review: Review) -> str:
    return f"/api/v1/reviews/{review.pk}/"


def test_a_body_is_markdown_and_shown_as_safe_html(api, url):
    shown = api.get(url).json()
    assert shown["body"] == "All *of* it.\n\n<script>"
    assert shown["body_html"] == "<p>All <em>of</em> it.</p>\n<p>&lt;script&gt;</p>\n"
    assert (shown["is_spoiler"], shown["language"], shown["helpful_count"], shown["edited_at"]) == (False, "", 0, None)


def test_an_author_says_that_it_is_a_spoiler_and_in_which_language(signed_in, heat):
    given = {"body": "He dies.", "is_spoiler": True, "language": "EN"}
    made = signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", given)
    assert (made.status_code, made.json()["is_spoiler"], made.json()["language"]) == (201, True, "en")
    changed = signed_in.patch(made["Location"], {"language": ""}, headers=ANY_VERSION).json()
    assert (changed["is_spoiler"], changed["language"]) == (True, "")
    assert made.json()["created_at"] <= changed["edited_at"] <= changed["updated_at"]


@pytest.mark.parametrize(
    "wrong", [{"language": "english"}, {"language": "e1"}, {"is_spoiler": "perhaps"}, {"edited_at": None}]
)
def test_what_no_review_has_is_422(signed_in, url, wrong):
    assert set(refusals(signed_in.patch(url, wrong, headers=ANY_VERSION))) == {f"/{name}" for name in wrong}


# --- History --------------------------------------------------------------------------------------


def test_its_author_and_moderators_read_what_a_review_said_before(signed_in, desk, member, url, review):
    signed_in.patch(url, {"body": "Half of it.", "is_spoiler": True}, headers=ANY_VERSION)
    for reader in (signed_in, desk):
        (before,) = reader.get(f"{url}history/").json()["results"]
        assert (before["version"], before["body"], before["is_spoiler"]) == (1, review.body, False)
        assert before["by"] == {"id": member.pk, "handle": "member", "name": "member"}
        assert "&lt;script&gt;" in before["body_html"]


def test_others_do_not_read_it(api, somebody_else, url, review):
    services.review_update(review=review, body="Half of it.")
    assert api.get(f"{url}history/").status_code == 401
    refused = somebody_else.get(f"{url}history/")
    assert refused.status_code == 403
    assert "All" not in refused.content.decode()
    services.review_hide(review=review, by=999_999, reason="Spam.")
    assert somebody_else.get(f"{url}history/").status_code == 404


def test_a_patch_that_changes_nothing_keeps_the_version(signed_in, url):
    before = signed_in.get(url)["ETag"]
    assert signed_in.patch(url, {"title": ""}, headers={"If-Match": before})["ETag"] == before
    assert signed_in.get(f"{url}history/").json()["results"] == []


# --- Helpful --------------------------------------------------------------------------------------


def test_a_member_finds_a_review_helpful_and_changes_their_mind(somebody_else, api, url, review):
    nobody_yet = {"review_id": review.pk, "helpful_count": 0, "voted": False}
    assert somebody_else.get(f"{url}helpful/").json() == nobody_yet
    for _ in range(2):
        said = somebody_else.put(f"{url}helpful/")
        assert (said.status_code, said.json()) == (200, {"review_id": review.pk, "helpful_count": 1, "voted": True})
    assert somebody_else.get(f"{url}helpful/").json() == said.json()
    assert api.get(url).json()["helpful_count"] == 1
    assert somebody_else.delete(f"{url}helpful/").json() == nobody_yet
    assert api.get(url).json()["helpful_count"] == 0


def test_one_s_own_review_is_for_others_to_judge(api, signed_in, url):
    refused = signed_in.put(f"{url}helpful/")
    assert (refused.status_code, refused.json()["type"]) == (403, "/api/problems/own-review/")
    assert api.put(f"{url}helpful/").status_code == 401


def test_votes_do_not_stand_in_the_way_of_an_edit(signed_in, somebody_else, url):
    seen = signed_in.get(url)["ETag"]
    somebody_else.put(f"{url}helpful/")
    assert signed_in.patch(url, {"title": "Again"}, headers={"If-Match": seen}).status_code == 200


# --- Orders and filters ---------------------------------------------------------------------------


@pytest.fixture
def several(heat, member) -> dict[str, Review]:
    """By name; two of Heat, in their order."""
    other, ali = make_user("other"), make_movie("Ali")
    made = {}
    for name, user, movie, language, is_spoiler, votes in (
        ("a", member, heat, "en", False, 1),
        ("b", other, heat, "de", True, 2),
        ("c", other, ali, "en", True, 0),
    ):
        made[name] = services.review_create(
            user_id=user.pk, movie_id=movie.pk, body=name, language=language, is_spoiler=is_spoiler
        )
        for _ in range(votes):
            services.vote_add(user_id=make_user().pk, review_id=made[name].pk)
    moment = timezone.now().replace(microsecond=0)
    for days, name in enumerate("cba"):
        Review.objects.filter(pk=made[name].pk).update(created_at=moment - timedelta(days=days))
    return made


def bodies(api: APIClient, path: str, **parameters: object) -> str:
    answer = api.get(f"/api/v1/{path}", parameters)
    assert answer.status_code == 200, answer.content
    return "".join(row["body"] for row in answer.json()["results"])


def test_reviews_are_ordered_by_age_and_by_how_helpful_they_are(api, heat, several):
    of_heat = f"movies/{heat.pk}/reviews/"
    assert bodies(api, "reviews/") == "cba"
    assert bodies(api, "reviews/", ordering="-helpful_count") == "bac"
    assert bodies(api, "reviews/", ordering="helpful_count") == "cab"
    assert bodies(api, of_heat, ordering="-helpful_count") == "ba"
    assert bodies(api, of_heat, ordering="created_at") == "ab"


def test_reviews_are_filtered(api, heat, several):
    of_heat, at = f"movies/{heat.pk}/reviews/", Review.objects.get(pk=several["b"].pk).created_at.isoformat()
    assert bodies(api, "reviews/", language="EN") == "ca"
    assert bodies(api, "reviews/", language="en|de", language__not="de") == "ca"
    assert bodies(api, "reviews/", is_spoiler="true") == "cb"
    assert bodies(api, "reviews/", is_spoiler="false", ordering="-helpful_count") == "a"
    assert bodies(api, "reviews/", created_at__gte=at) == "cb"
    assert bodies(api, "reviews/", created_at__lte=at) == "ba"
    assert bodies(api, of_heat, author="other") == "b"
    assert bodies(api, of_heat, language="en", is_spoiler="false") == "a"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("is_spoiler", "perhaps"),
        ("created_at__gte", "yesterday"),
        ("created_at__lte", "9999-12-31T23:59:59-12:00"),
        ("created_at__gte", "0001-01-01T00:00:00+12:00"),
        ("ordering", "title"),
    ],
)
def test_what_cannot_be_filtered_by_is_422(api, several, name, value):
    refused = api.get("/api/v1/reviews/", {name: value})
    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json()["errors"]] == [name]


def test_a_member_s_reviews_are_everybody_s_to_read(api, several):
    assert bodies(api, "users/Other/reviews/") == "cb"
    assert api.get("/api/v1/users/nobody/reviews/").status_code == 404
