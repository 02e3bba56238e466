"""Each store away in turn: what still makes sense is answered and says what is missing, the rest is 503."""

from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.reviews import services
from movieverse.stores import STORES

Away = Callable[[str], None]

# The stores that an answer needs, each with what is named as missing while it is away, or None for 503.
DEGRADED: dict[str, dict[str, str | None]] = {
    "movies/{movie}/": {"catalog": None},
    "movies/{movie}/rating-summary/": {"catalog": "catalog", "reviews": None},
    "movies/{movie}/tags/": {"catalog": "catalog", "reviews": None},
    "movies/{movie}/reviews/": {"catalog": "catalog", "default": "default", "reviews": None},
    "reviews/": {"catalog": "catalog", "default": "default", "reviews": None},
    "reviews/?movie={movie}": {"catalog": "catalog", "default": "default", "reviews": None},
    "reviews/?author=member": {"catalog": "catalog", "default": None, "reviews": None},
    "reviews/{review}/": {"catalog": "catalog", "default": "default", "reviews": None},
    "me/ratings/": {"catalog": "catalog", "default": None, "reviews": None},
    "me/reviews/": {"catalog": "catalog", "default": None, "reviews": None},
    "me/tags/": {"catalog": "catalog", "default": None, "reviews": None},
    "me/profile/": {"profiles": None, "default": None},
    "movies/{movie}/rating/": {"reviews": None, "default": None},
}


@pytest.fixture
def ids(member: User, heat: Movie) -> dict[str, int]:
    """A movie that a member has rated, reviewed and given a tag."""
    services.rating_set(user_id=member.pk, movie_id=heat.pk, value=9)
    services.tag_add(user_id=member.pk, movie_id=heat.pk, text="heist")
    review = services.review_create(user_id=member.pk, movie_id=heat.pk, body="Fine.")
    return {"movie": heat.pk, "review": review.pk}


@pytest.mark.parametrize(
    ("path", "store", "missing"),
    [(path, store, missing) for path, stores in DEGRADED.items() for store, missing in stores.items()],
)
def test_an_answer_names_the_store_it_does_without(signed_in, ids, take_away: Away, path, store, missing):
    address = f"/api/v1/{path.format(**ids)}"
    whole = signed_in.get(address)
    assert whole.status_code == 200
    assert "degraded" not in whole.json()
    take_away(store)
    answer = signed_in.get(address)
    if missing is None:
        assert answer.status_code == 503
        assert answer.json()["store"] == store
        assert int(answer["Retry-After"]) > 0
    else:
        assert answer.status_code == 200
        assert answer.json()["degraded"] == [missing]


@pytest.mark.parametrize("path", DEGRADED)
def test_a_store_that_an_answer_does_not_need_may_be_away(signed_in, ids, take_away: Away, path: str):
    for store in STORES.keys() - DEGRADED[path].keys():
        take_away(store)
    answer = signed_in.get(f"/api/v1/{path.format(**ids)}")
    assert answer.status_code == 200
    assert "degraded" not in answer.json()


@pytest.mark.parametrize("path", ["/api/v1/movies/", "/api/v1/reviews/?fields=body", "/api/schema/", "/api/docs/"])
def test_what_everybody_may_read_members_read_without_the_accounts(signed_in, ids, take_away: Away, path: str):
    take_away("default")
    assert signed_in.get(path).status_code == 200
    assert signed_in.get(path, headers={"X-Session-Token": "x" * 32}).status_code == 200


@pytest.mark.parametrize("path", ["rating-summary", "tags", "reviews"])
def test_of_a_movie_that_nobody_speaks_of_only_the_catalogue_knows(api, heat, take_away: Away, path: str):
    assert api.get(f"/api/v1/movies/{heat.pk}/{path}/").status_code == 200
    assert api.get(f"/api/v1/movies/999/{path}/").status_code == 404
    take_away("catalog")
    assert api.get(f"/api/v1/movies/{heat.pk}/{path}/").status_code == 503


def test_writes_need_every_store_they_ask(signed_in, ids, take_away: Away):
    rating = f"/api/v1/movies/{ids['movie']}/rating/"
    take_away("profiles")
    assert signed_in.put(rating, {"value": 3}).status_code == 200
    take_away("catalog")
    assert signed_in.put("/api/v1/movies/999/rating/", {"value": 4}).json()["store"] == "catalog"
    assert signed_in.delete(rating).status_code == 204


def test_the_schema_says_which_answers_may_be_degraded(api):
    paths = api.get("/api/schema/", headers={"Accept": "application/json"}).json()["paths"]

    def of(path: str, method: str = "get", status: str = "200") -> str:
        return str(paths[f"/api/v1/{path}/"][method]["responses"][status]["content"]["application/json"]["schema"])

    assert "degraded" in of("movies/{movie_id}/rating-summary")
    assert "degraded" in of("reviews/{review_id}")
    assert "degraded" in of("movies/{movie_id}/reviews", "post", "201")
    assert "degraded" not in of("movies/{movie_id}")
