from io import BytesIO
from threading import BoundedSemaphore

import pytest
from rest_framework.test import APIClient

from apps.profiles.api.parsers import PictureParser, PictureTooLarge
from apps.profiles.models import Profile
from apps.profiles.services import MOST_BYTES, picture_set, pictures, profile_update
from movieverse.outbox.relay import relay_all
from tests.api.conftest import ANY_VERSION, refusals
from tests.factories import make_genre
from tests.profiles.drawing import drawn, read

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/me/profile/"
PICTURE = f"{URL}picture/"
EMPTY = {
    "display_name": "",
    "bio": "",
    "bio_html": "",
    "picture": None,
    "picture_url": "",
    "favourite_genre_ids": [],
    "favourite_movie_ids": [],
    "visibility": {"about": "everybody", "favourites": "everybody", "watchlist": "nobody", "diary": "nobody"},
    "updated_at": None,
}


def test_a_profile_is_empty_until_written(signed_in):
    assert signed_in.get(URL).json() == EMPTY
    assert not Profile.objects.exists()


def test_a_change_leaves_the_rest(signed_in, heat):
    assert signed_in.patch(URL, {"favourite_movie_ids": [heat.pk, heat.pk]}, headers=ANY_VERSION).status_code == 200
    answer = signed_in.patch(URL, {"display_name": " Ada "}, headers=ANY_VERSION).json()
    assert (answer["display_name"], answer["favourite_movie_ids"]) == ("Ada", [heat.pk])
    assert answer["updated_at"].endswith("Z")


def test_everything_is_changed_at_once(signed_in, heat):
    genre = make_genre("Crime")
    changes = {
        "display_name": "Ada",
        "bio": "**Noir**.",
        "picture_url": "https://example.com/ada.png",
        "favourite_genre_ids": [genre.pk],
        "favourite_movie_ids": [heat.pk],
        "visibility": {"about": "members", "favourites": "nobody", "watchlist": "everybody", "diary": "members"},
    }
    answer = signed_in.patch(URL, changes, headers=ANY_VERSION)
    shown = {"bio_html": "<p><strong>Noir</strong>.</p>\n", "picture": "https://example.com/ada.png"}
    assert answer.json() == changes | shown | {"updated_at": answer.json()["updated_at"]}
    assert signed_in.get(URL).json() == answer.json()
    assert signed_in.get(URL)["ETag"] == answer["ETag"]


def test_a_visibility_is_changed_by_itself(signed_in):
    signed_in.patch(URL, {"visibility": {"diary": "members"}}, headers=ANY_VERSION)
    answer = signed_in.patch(URL, {"visibility": {"about": "nobody"}}, headers=ANY_VERSION).json()
    assert answer["visibility"] == EMPTY["visibility"] | {"diary": "members", "about": "nobody"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"favourite_movie_ids": [999]}, "/favourite_movie_ids"),
        ({"favourite_movie_ids": ["x"]}, "/favourite_movie_ids/0"),
        ({"favourite_movie_ids": [2**70]}, "/favourite_movie_ids/0"),
        ({"favourite_movie_ids": [1] * 101}, "/favourite_movie_ids"),
        ({"favourite_genre_ids": [999]}, "/favourite_genre_ids"),
        ({"favourite_genre_ids": [0]}, "/favourite_genre_ids/0"),
        ({"bio": "x" * 2_001}, "/bio"),
        ({"display_name": "x" * 61}, "/display_name"),
        ({"display_name": "a\u202eb"}, "/display_name"),
        ({"picture_url": "http://example.com/a.png"}, "/picture_url"),
        ({"picture_url": "javascript:alert(1)"}, "/picture_url"),
        ({"visibility": {"diary": "friends"}}, "/visibility/diary"),
        ({"visibility": {"bio": "members"}}, "/visibility/bio"),
        ({"visibility": "members"}, "/visibility"),
        ({"picture": "pictures/x.webp"}, "/picture"),
        ({"bio_html": "<b>"}, "/bio_html"),
        ({"user_id": 5}, "/user_id"),
    ],
)
def test_what_a_profile_cannot_hold_is_422(signed_in, body, pointer):
    assert list(refusals(signed_in.patch(URL, body, headers=ANY_VERSION))) == [pointer]
    assert not Profile.objects.exists()


def test_a_profile_is_ones_own(api, signed_in, somebody_else):
    signed_in.patch(URL, {"display_name": "Mine"}, headers=ANY_VERSION)
    assert somebody_else.get(URL).json()["display_name"] == ""
    assert api.get(URL).status_code == api.put(PICTURE).status_code == 401


# --- The picture ----------------------------------------------------------------------------------


def put(client: APIClient, content: bytes, kind: str = "image/png", **headers: str):
    return client.put(PICTURE, content, content_type=kind, headers=headers or ANY_VERSION)


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/svg+xml", "application/octet-stream"])
def test_a_picture_is_uploaded_whatever_it_is_called(signed_in, api, kind):
    answer = put(signed_in, drawn("GIF"), kind)
    assert answer.status_code == 200
    assert answer.json() == signed_in.get(URL).json()
    file = api.get(answer.json()["picture"])
    assert read(file.content).format == "WEBP"


def test_the_uploaded_picture_comes_before_the_one_elsewhere_and_goes_again(signed_in):
    signed_in.patch(URL, {"picture_url": "https://example.com/ada.png"}, headers=ANY_VERSION)
    uploaded = put(signed_in, drawn())
    assert uploaded.json()["picture"].startswith("/pictures/")
    removed = signed_in.delete(PICTURE, headers={"If-Match": uploaded["ETag"]})
    assert (removed.status_code, removed.json()["picture"]) == (200, "https://example.com/ada.png")
    assert removed["ETag"] == signed_in.get(URL)["ETag"]


def test_a_picture_is_put_in_the_place_of_what_one_saw(signed_in):
    seen = signed_in.get(URL)["ETag"]
    signed_in.patch(URL, {"display_name": "Ada"}, headers=ANY_VERSION)
    assert put(signed_in, drawn(), **{"If-Match": seen}).status_code == 412
    assert signed_in.put(PICTURE, drawn(), content_type="image/png").status_code == 428
    assert put(signed_in, drawn(), **{"If-Match": signed_in.get(URL)["ETag"]}).status_code == 200


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"x" * MOST_BYTES])
def test_what_is_no_picture_is_422(signed_in, content):
    assert list(refusals(put(signed_in, content))) == [""]
    assert signed_in.get(URL).json()["picture"] is None


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/html"])
def test_what_does_not_say_that_it_is_a_picture_is_415(signed_in, kind):
    assert put(signed_in, drawn(), kind).status_code == 415


def test_a_picture_that_is_too_big_is_413(signed_in):
    answer = put(signed_in, b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["type"] == "/api/problems/content-too-large/"
    assert f"{MOST_BYTES:,}" in answer.json()["detail"]


class Endless(BytesIO):
    """A body whose end nobody has seen yet."""

    given = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size >= 0, "everything was asked for at once"
        self.given += size
        return b"x" * size


def test_no_more_is_read_of_a_picture_than_may_come():
    endless = Endless()
    with pytest.raises(PictureTooLarge):
        PictureParser().parse(endless)
    assert endless.given == MOST_BYTES + 1


def test_where_too_many_pictures_come_at_once_it_is_503_and_says_when_to_come_again(signed_in, monkeypatch):
    monkeypatch.setattr(pictures, "_places", BoundedSemaphore(1))
    with pictures._places:
        busy = put(signed_in, drawn())
    assert (busy.status_code, busy.json()["type"], busy["Retry-After"]) == (503, "/api/problems/busy/", "2")
    assert put(signed_in, drawn()).status_code == 200


def test_a_pictures_file_is_kept_by_everybody_and_runs_nothing(api, member):
    answer = api.get(f"/{picture_set(user_id=member.pk, content=drawn()).picture}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    "name",
    [
        "0" * 32 + ".webp",
        "0" * 31 + ".webp",
        "0" * 32 + ".png",
        "0" * 32 + ".webp%0a",
        "..%2f" * 3 + "secret_key",
        "A" * 32 + ".webp",
        "",
    ],
)
def test_there_is_no_other_file_to_be_had(api, name):
    answer = api.get(f"/pictures/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.get("Cache-Control", "")


def test_a_picture_that_is_gone_is_404_and_not_written_to(api, member):
    name = picture_set(user_id=member.pk, content=drawn()).picture
    assert api.post(f"/{name}").status_code == api.put(f"/{name}").status_code == 405
    picture_set(user_id=member.pk, content=drawn())
    assert api.get(f"/{name}").status_code == 404


def test_without_the_media_storage_a_file_is_away_and_not_gone(client, member, monkeypatch):
    def refuse(*args: object) -> None:
        raise OSError("no such disk")

    name = picture_set(user_id=member.pk, content=drawn()).picture
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", refuse)
    answer = client.get(f"/{name}")
    assert answer.status_code == 503
    assert "immutable" not in answer.get("Cache-Control", "")


# --- Names beside reviews -------------------------------------------------------------------------


def test_a_review_shows_the_display_name_also_without_profiles(signed_in, api, member, heat, take_away):
    signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", {"body": "Fine."})
    profile_update(user_id=member.pk, display_name="Ada L.")
    relay_all()
    take_away("profiles")
    for client, url in ((api, "/api/v1/reviews/"), (signed_in, "/api/v1/me/reviews/")):
        answer = client.get(url).json()
        assert answer["results"][0]["author"] == {"id": member.pk, "handle": "member", "name": "Ada L."}
        assert "degraded" not in answer
