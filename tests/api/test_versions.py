"""ETags, 304, and If-Match."""

import pytest

from apps.accounts.models import User
from apps.profiles.models import Profile
from apps.profiles.services import profile_update
from apps.reviews.models import Review
from apps.reviews.services import review_create, review_update
from movieverse.exceptions import VersionConflict

pytestmark = pytest.mark.usefixtures("stores")

PROFILE = "/api/v1/me/profile/"


@pytest.fixture
def review(member: User, heat) -> Review:
    return review_create(user_id=member.pk, movie_id=heat.pk, body="Fine.")


@pytest.fixture
def url(review: Review) -> str:
    return f"/api/v1/reviews/{review.pk}/"


def test_an_answer_that_one_has_already_is_304(api, url):
    first = api.get(url)
    tag = first["ETag"]
    assert tag.startswith('"1-')
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        assert api.get(url, headers={"If-None-Match": known}).status_code == 304, known
    again = api.get(url, headers={"If-None-Match": tag})
    assert again.content == b""
    for header in ("ETag", "Cache-Control", "Vary"):
        assert again[header] == first[header]
    assert "Content-Type" not in again
    assert api.get(url, headers={"If-None-Match": '"1-other"'}).status_code == 200


def test_a_page_has_a_tag_that_changes_with_what_is_on_it(api, url, review):
    tag = api.get("/api/v1/reviews/")["ETag"]
    assert api.get("/api/v1/reviews/", headers={"If-None-Match": tag}).status_code == 304
    review_update(review=review, body="Better.")
    assert api.get("/api/v1/reviews/", headers={"If-None-Match": tag}).status_code == 200


def test_who_changes_what_others_may_change_says_what_they_saw(signed_in, url):
    for method in (signed_in.patch, signed_in.delete):
        refused = method(url, {"body": "x"})
        assert refused.status_code == 428
        assert refused.json()["type"] == "/api/problems/precondition-required/"


def test_a_change_answers_the_new_tag_and_the_old_one_is_stale(signed_in, url):
    old = signed_in.get(url)["ETag"]
    changed = signed_in.patch(url, {"body": "Better."}, headers={"If-Match": old})
    assert changed.status_code == 200
    assert changed["ETag"] == signed_in.get(url)["ETag"] != old
    for method in (signed_in.patch, signed_in.delete):
        refused = method(url, {"body": "Late."}, headers={"If-Match": old})
        assert refused.status_code == 412
        assert refused.json()["type"] == "/api/problems/precondition-failed/"
        assert refused["ETag"] == changed["ETag"]
    assert signed_in.get(url).json()["body"] == "Better."
    assert signed_in.delete(url, headers={"If-Match": refused["ETag"]}).status_code == 204


def test_only_the_version_of_a_tag_counts(signed_in, url):
    narrowed = signed_in.get(url, {"fields": "title"}, headers={"Accept-Encoding": "gzip"})["ETag"]
    for number, tag in enumerate((narrowed, '"2-x-gzip"', 'W/"3-x"', '"4"', "*", '"6-x", "6-y"')):
        assert signed_in.patch(url, {"body": f"{number}"}, headers={"If-Match": tag}).status_code == 200, tag


@pytest.mark.parametrize("tag", ['"x"', '"0-x"', '"99999999999-x"', '""', '"-1"'])
def test_a_tag_of_no_version_is_stale(signed_in, url, tag):
    assert signed_in.patch(url, {"body": "x"}, headers={"If-Match": tag}).status_code == 412


@pytest.mark.parametrize("tag", ["1", "", "1-abc", '"1-a', '"1-a" "1-b"', '"1-a", "2-b"'])
def test_a_header_that_is_no_tag_is_400(signed_in, url, tag):
    assert signed_in.patch(url, {"body": "x"}, headers={"If-Match": tag}).status_code == 400


def test_a_profile_that_nobody_has_written_has_a_version_too(signed_in):
    empty = signed_in.get(PROFILE)["ETag"]
    assert signed_in.patch(PROFILE, {"bio": "Hello"}, headers={"If-Match": empty}).status_code == 200
    late = signed_in.patch(PROFILE, {"bio": "Late"}, headers={"If-Match": empty})
    assert late.status_code == 412
    assert late["ETag"] == signed_in.get(PROFILE)["ETag"]
    assert Profile.objects.get().bio == "Hello"


def test_the_version_is_compared_where_it_is_written(review, member):
    """Two who read the same version, each past its view: the second is refused by the service."""
    review_update(review=Review.objects.get(), body="First.", version=1)
    with pytest.raises(VersionConflict):
        review_update(review=review, body="Second.", version=1)
    profile_update(user_id=member.pk, bio="First.", version=0)
    with pytest.raises(VersionConflict):
        profile_update(user_id=member.pk, bio="Second.", version=0)
    assert (Review.objects.get().body, Profile.objects.get().bio) == ("First.", "First.")


def test_a_first_write_that_is_refused_leaves_no_profile(member):
    with pytest.raises(VersionConflict):
        profile_update(user_id=member.pk, bio="x", version=7)
    assert not Profile.objects.exists()


def test_a_new_review_answers_its_tag(signed_in, heat):
    created = signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", {"body": "Fine."})
    assert created["ETag"] == signed_in.get(created["Location"])["ETag"]


def test_ones_own_rating_is_replaced_without_ado(signed_in, heat):
    url = f"/api/v1/movies/{heat.pk}/rating/"
    assert signed_in.put(url, {"value": 9})["ETag"] == signed_in.get(url)["ETag"]
    assert signed_in.put(url, {"value": 8}).status_code == 200
    assert signed_in.delete(url).status_code == 204
