"""`/api/v1/users/{handle}/`: a member as whoever asks may see them."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.profiles.models import Profile, Visibility
from apps.profiles.services import picture_set, profile_update
from tests.api.conftest import counted_queries
from tests.factories import PASSWORD, make_genre, make_movie
from tests.profiles.drawing import drawn

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/users/member/"


@pytest.fixture
def profile(member: User, heat: Movie) -> Profile:
    return profile_update(
        user_id=member.pk,
        display_name="Ada L.",
        bio="Noir.",
        favourite_genre_ids=[make_genre("Crime").pk],
        favourite_movie_ids=[make_movie("Alien").pk, heat.pk],
    )


def seen(client: Any, url: str = URL) -> dict[str, Any]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_member_without_a_profile_has_an_empty_one(api, member):
    answer = seen(api)
    assert answer.pop("joined_at").endswith("Z")
    assert answer == {
        "id": member.pk,
        "handle": "member",
        "name": "member",
        "bio_html": "",
        "picture": None,
        "favourite_genres": [],
        "favourite_movies": [],
        "visible": ["about", "favourites"],
    }
    assert not Profile.objects.exists()


def test_a_member_is_shown_with_what_they_like(api, profile, heat):
    picture = picture_set(user_id=profile.pk, content=drawn()).picture
    answer = seen(api)
    assert (answer["name"], answer["bio_html"], answer["picture"]) == ("Ada L.", "<p>Noir.</p>\n", f"/{picture}")
    (genre,) = answer["favourite_genres"]
    assert genre == {"id": profile.favourite_genre_ids[0], "name": "Crime", "slug": "crime"}
    assert [movie["title"] for movie in answer["favourite_movies"]] == ["Alien", "Heat"]
    assert answer["favourite_movies"][1] == {"id": heat.pk, "title": "Heat"}


def test_a_handle_is_known_in_any_spelling_and_an_unknown_one_is_404(api, profile):
    assert seen(api, "/api/v1/users/MEMBER/") == seen(api)
    answer = api.get("/api/v1/users/nobody/")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no member 'nobody'.")


def test_a_member_whose_account_is_deactivated_is_as_unknown_as_nobody(api, signed_in, somebody_else, profile):
    everybody = {f"{part}_visibility": Visibility.EVERYBODY for part in ("watchlist", "diary")}
    profile_update(user_id=profile.pk, **everybody)
    paths = [URL, f"{URL}watchlist/", f"{URL}diary/"]
    assert [api.get(path).status_code for path in paths] == [200] * 3
    User.objects.filter(pk=profile.pk).update(is_active=False)
    for client in (api, somebody_else):
        assert [client.get(path).status_code for path in paths] == [404] * 3
    assert api.get(URL).json()["detail"] == "There is no member 'member'."


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        (Visibility.EVERYBODY, {"api", "somebody_else", "signed_in"}),
        (Visibility.MEMBERS, {"somebody_else", "signed_in"}),
        (Visibility.NOBODY, {"signed_in"}),
    ],
)
def test_each_part_is_shown_to_those_it_is_for(request, profile, visibility, seen_by):
    parts = {
        "about": ("bio_html",),
        "favourites": ("favourite_genres", "favourite_movies"),
        "watchlist": (),
        "diary": (),
    }
    for part, members in parts.items():
        others = {f"{other}_visibility": Visibility.EVERYBODY for other in parts}
        profile_update(user_id=profile.pk, **others | {f"{part}_visibility": visibility})
        for client in ("api", "somebody_else", "signed_in"):
            answer = seen(request.getfixturevalue(client))
            shown = client in seen_by
            assert (part in answer["visible"]) == shown
            assert len(answer["visible"]) == 3 + shown
            assert answer["name"] == "Ada L."
            assert all((answer[name] is not None) == shown for name in members)


def test_a_picture_is_hidden_with_the_bio(api, profile):
    picture_set(user_id=profile.pk, content=drawn())
    profile_update(user_id=profile.pk, about_visibility="members")
    assert seen(api)["picture"] is seen(api)["bio_html"] is None


def test_nobody_keeps_what_is_meant_for_one(api, signed_in, profile):
    for client, caching in ((api, "public, max-age=0, must-revalidate"), (signed_in, "private, no-store")):
        answer = client.get(URL)
        assert answer["Cache-Control"] == caching
        assert {"Cookie", "X-Session-Token"} <= set(answer["Vary"].split(", "))
    profile_update(user_id=profile.pk, about_visibility="members")
    assert api.get(URL)["ETag"] != signed_in.get(URL)["ETag"]


def test_a_token_that_is_none_is_401_and_not_nobody(api, profile):
    answer = api.get(URL, headers={"X-Session-Token": "x" * 32})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"]


def test_what_is_gone_from_the_catalogue_is_left_out(api, profile, heat):
    Movie.objects.filter(pk=heat.pk).delete()
    assert [movie["title"] for movie in seen(api)["favourite_movies"]] == ["Alien"]


def test_only_what_is_wanted_is_read(api, profile):
    for query, numbers in (
        ("", {"default": 1, "profiles": 1, "catalog": 2}),
        ("?fields=favourite_movies", {"default": 1, "profiles": 1, "catalog": 1}),
        ("?fields=name", {"default": 1, "profiles": 1}),
    ):
        with counted_queries() as counted:
            seen(api, URL + query)
        assert {alias: number for alias, number in counted.items() if number} == numbers


# --- A store away ---------------------------------------------------------------------------------


def test_without_profiles_a_member_is_their_handle(api, signed_in, profile, take_away):
    take_away("profiles")
    for client in (api, signed_in):
        answer = seen(client)
        assert (answer["name"], answer["visible"], answer["degraded"]) == ("member", [], ["profiles"])
        assert answer["bio_html"] is answer["picture"] is answer["favourite_movies"] is None


def test_without_profiles_a_member_has_the_name_that_was_told_last(api, profile, take_away):
    User.objects.filter(handle="member").update(name="Ada as told")
    take_away("profiles")
    assert seen(api)["name"] == "Ada as told"


def test_without_the_catalogue_nobody_knows_what_they_like(api, profile, take_away):
    take_away("catalog")
    answer = seen(api)
    assert (answer["name"], answer["bio_html"], answer["degraded"]) == ("Ada L.", "<p>Noir.</p>\n", ["catalog"])
    assert answer["favourite_genres"] is answer["favourite_movies"] is None
    assert "favourites" in answer["visible"]


def test_without_accounts_nobody_is_found(api, profile, take_away):
    take_away("default")
    assert api.get(URL).status_code == 503


def test_a_signed_in_member_is_known_by_their_token(client, member, profile):
    profile_update(user_id=profile.pk, about_visibility="nobody")
    login = client.post(
        "/_allauth/app/v1/auth/login", {"email": member.email, "password": PASSWORD}, content_type="application/json"
    )
    token = {"X-Session-Token": login.json()["meta"]["session_token"]}
    assert APIClient().get(URL, headers=token).json()["bio_html"] == "<p>Noir.</p>\n"
