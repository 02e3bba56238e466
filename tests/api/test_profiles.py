import pytest

from apps.profiles.models import Profile
from tests.api.conftest import ANY_VERSION

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/me/profile/"


def test_a_profile_is_empty_until_written(signed_in):
    assert signed_in.get(URL).json() == {"bio": "", "favourite_movie_ids": [], "updated_at": None}
    assert not Profile.objects.exists()


def test_a_change_leaves_the_rest(signed_in, heat):
    assert signed_in.patch(URL, {"favourite_movie_ids": [heat.pk, heat.pk]}, headers=ANY_VERSION).status_code == 200
    answer = signed_in.patch(URL, {"bio": "Hello"}, headers=ANY_VERSION).json()
    assert (answer["bio"], answer["favourite_movie_ids"]) == ("Hello", [heat.pk])
    assert answer["updated_at"].endswith("Z")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"favourite_movie_ids": [999]}, "/favourite_movie_ids"),
        ({"favourite_movie_ids": ["x"]}, "/favourite_movie_ids/0"),
        ({"favourite_movie_ids": [2**70]}, "/favourite_movie_ids/0"),
        ({"favourite_movie_ids": [1] * 101}, "/favourite_movie_ids"),
        ({"bio": "x" * 2_001}, "/bio"),
        ({"user_id": 5}, "/user_id"),
    ],
)
def test_what_a_profile_cannot_hold_is_422(signed_in, body, pointer):
    response = signed_in.patch(URL, body, headers=ANY_VERSION)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer
    assert not Profile.objects.exists()


def test_a_profile_is_ones_own(api, signed_in, somebody_else):
    signed_in.patch(URL, {"bio": "Mine"}, headers=ANY_VERSION)
    assert somebody_else.get(URL).json()["bio"] == ""
    assert api.get(URL).status_code == 401
