"""How answers leave: compressed, without a body for HEAD, timed, and cacheable by whom."""

import gzip

import pytest

from apps.reviews.services import review_create
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

URL = "/api/v1/movies/"


@pytest.fixture(autouse=True)
def movies(stores: None) -> None:
    for number in range(5):
        make_movie(f"Movie {number}", overview="It goes on and on. " * 5)


def test_a_compressed_answer_has_a_strong_tag_of_its_own(api):
    plain, packed = api.get(URL), api.get(URL, headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == plain["ETag"].removesuffix('"') + '-gzip"'
    assert int(packed["Content-Length"]) == len(packed.content) < int(plain["Content-Length"])
    assert "Accept-Encoding" in plain["Vary"]
    assert packed["Vary"] == plain["Vary"]
    assert api.get(URL, headers={"Accept-Encoding": "gzip"}).content == packed.content


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("suffix", ["", "-gzip"])
def test_either_tag_is_known_and_the_304_has_that_of_its_variant(api, accepted, suffix):
    plain = api.get(URL)["ETag"]
    known = plain.removesuffix('"') + suffix + '"'
    answer = api.get(URL, headers={"Accept-Encoding": accepted, "If-None-Match": known})
    assert answer.status_code == 304
    assert answer["ETag"] == (plain.removesuffix('"') + '-gzip"' if accepted == "gzip" else plain)
    assert "Content-Encoding" not in answer


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("gzip ; q=0.3, identity; q=0.2", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.0, *", False),
        ("gzip;q=0.5, identity", False),
        ("*;q=0", False),
        ("gzip;q=x", False),
    ],
)
def test_the_caller_says_what_they_accept(api, accepted, compressed):
    answer = api.get(URL, headers={"Accept-Encoding": accepted})
    assert ("Content-Encoding" in answer) == compressed


def test_what_is_short_or_no_read_or_a_page_is_not_compressed(api, signed_in):
    wanted = {"Accept-Encoding": "gzip"}
    assert "Content-Encoding" not in api.get("/api/v1/genres/", headers=wanted)
    assert "Content-Encoding" not in api.get("/api/docs/", headers=wanted)
    body = {"bio": "x" * 1_000}
    written = signed_in.patch("/api/v1/me/profile/", body, headers=wanted | {"If-Match": "*"})
    assert written.status_code == 200
    assert "Content-Encoding" not in written


def test_the_schema_is_compressed_too(api):
    answer = api.get("/api/schema/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert api.get("/api/schema/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("path", [URL, "/api/v1/genres/", "/api/v1/movies/999/", "/api/v1/me/", "/api/schema/"])
def test_head_is_get_without_the_body(api, path, accepted):
    headers = {"Accept-Encoding": accepted}
    got, head = api.get(path, headers=headers), api.head(path, headers=headers)
    assert head.status_code == got.status_code
    assert head.content == b""
    changing = {"X-Request-ID", "Server-Timing", "RateLimit-Remaining", "RateLimit-Reset"}
    if got.status_code >= 400:
        changing.add("Content-Length")  # the request's id is in the body
    assert {name: value for name, value in head.headers.items() if name not in changing} == {
        name: value for name, value in got.headers.items() if name not in changing
    }
    assert int(head["Content-Length"]) == len(got.content)


def test_an_answer_says_how_long_it_took(api):
    for path in (URL, "/api/v1/movies/999/", "/api/v1/nothing/"):
        assert api.get(path)["Server-Timing"].startswith("total;dur=")


def test_what_everybody_may_see_is_kept_and_asked_about_and_the_rest_is_not_kept(api, signed_in, member):
    review = review_create(user_id=member.pk, movie_id=1, body="Fine.")
    for path in ("/api/v1/", URL, f"/api/v1/reviews/{review.pk}/"):
        answer = signed_in.get(path)
        assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Cookie" not in answer["Vary"]
    for path in ("/api/v1/me/", "/api/v1/me/ratings/", "/api/v1/movies/999/", "/api/v1/nothing/"):
        assert signed_in.get(path)["Cache-Control"] == "private, no-store"
    assert {"Cookie", "X-Session-Token"} <= set(signed_in.get("/api/v1/me/")["Vary"].split(", "))
