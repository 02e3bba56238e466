import pytest

from apps.reviews import services
from tests.api.conftest import counted_queries
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")


def test_a_tag_is_given_once_and_taken_back(signed_in, heat):
    url = f"/api/v1/movies/{heat.pk}/tags/Great%20heist/"
    given = signed_in.put(url)
    assert (given.status_code, given.json()["text"], given.json()["movie_id"]) == (201, "Great heist", heat.pk)
    again = signed_in.put(f"/api/v1/movies/{heat.pk}/tags/great-HEIST/")
    assert (again.status_code, again.json()) == (200, given.json())
    assert signed_in.delete(url).status_code == 204
    assert signed_in.delete(url).status_code == 404


@pytest.mark.parametrize(
    ("path", "text"), [("9/11", "9/11"), ("9%2F11", "9/11"), ("%F0%9F%94%A5", "🔥"), ("100%25", "100%")]
)
def test_a_tag_may_have_any_characters(signed_in, heat, path, text):
    assert signed_in.put(f"/api/v1/movies/{heat.pk}/tags/{path}/").json()["text"] == text
    assert signed_in.delete(f"/api/v1/movies/{heat.pk}/tags/{path}/").status_code == 204


@pytest.mark.parametrize("path", ["%20", "x" * 101, "a%00b"])
def test_what_is_no_tag_is_422(signed_in, heat, path):
    response = signed_in.put(f"/api/v1/movies/{heat.pk}/tags/{path}/")
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/text"


def test_too_many_are_409(signed_in, heat, monkeypatch):
    monkeypatch.setattr("apps.reviews.services.tags.MOST_TAGS", 0)
    response = signed_in.put(f"/api/v1/movies/{heat.pk}/tags/heist/")
    assert response.status_code == 409
    assert response.json()["type"] == "/api/problems/too-many-tags/"


def test_nobody_tags_without_signing_in_or_what_there_is_not(api, signed_in, heat):
    assert api.put(f"/api/v1/movies/{heat.pk}/tags/heist/").status_code == 401
    assert signed_in.put("/api/v1/movies/999/tags/heist/").status_code == 404
    assert api.get("/api/v1/movies/999/tags/").status_code == 404


def test_everybody_sees_a_movie_s_tags(api, signed_in, somebody_else, heat):
    url = f"/api/v1/movies/{heat.pk}/tags/"
    assert api.get(url).json() == {"movie_id": heat.pk, "tags": []}
    signed_in.put(f"{url}Heist/"), signed_in.put(f"{url}Tense/"), somebody_else.put(f"{url}tense/")
    with counted_queries() as numbers:
        answer = api.get(url)
    assert answer.json()["tags"] == [{"text": "Tense", "count": 2}, {"text": "Heist", "count": 1}]
    assert (numbers["default"], numbers["reviews"], numbers["catalog"]) == (0, 2, 1)
    assert api.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert api.get(url, {"fields": "tags"}).json() == {"tags": answer.json()["tags"]}


def test_a_member_sees_their_own_tags(api, signed_in, member, heat):
    ali = make_movie("Ali")
    for movie, text in ((heat, "Heist"), (heat, "Tense"), (ali, "Boxing")):
        services.tag_add(user_id=member.pk, movie_id=movie.pk, text=text)
    services.tag_add(user_id=make_user().pk, movie_id=heat.pk, text="Long")

    def mine(**parameters: object) -> list[tuple[str, str]]:
        rows = signed_in.get("/api/v1/me/tags/", parameters).json()["results"]
        return [(row["movie"]["title"], row["text"]) for row in rows]

    assert mine() == [("Ali", "Boxing"), ("Heat", "Tense"), ("Heat", "Heist")]
    assert mine(movie=heat.pk) == [("Heat", "Tense"), ("Heat", "Heist")]
    assert mine(limit=1) == [("Ali", "Boxing")]
    assert api.get("/api/v1/me/tags/").status_code == 401
