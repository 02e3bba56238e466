"""`/api/v1/changes/`: who follows it misses nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.catalog.models import Event as CatalogEvent
from apps.profiles.models import Event as ProfileEvent
from apps.reviews.models import Event
from apps.reviews.services import review_create
from movieverse.outbox.changes import append, prune
from movieverse.outbox.relay import relay_all
from tests.api.conftest import counted_queries
from tests.factories import make_movie, make_user

pytestmark = pytest.mark.usefixtures("stores")

OLD, NEW = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
RETENTION = datetime(2025, 1, 1, tzinfo=UTC)


def log_review(pk: int, at: datetime = NEW) -> None:
    append("reviews", [Event(pk=pk, kind="review", object_id=pk, data={"movie_id": 70 + pk}, created_at=at)])


def log_profile(pk: int) -> None:
    append("profiles", [ProfileEvent(pk=pk, kind="profile", object_id=pk, created_at=NEW)])


@pytest.fixture
def log(stores: None) -> None:
    """movie 11, genre 12, review 4, movie 13."""
    for pk, kind in ((1, "movie"), (2, "genre")):
        append("catalog", [CatalogEvent(pk=pk, kind=kind, object_id=10 + pk, created_at=OLD)])
    log_review(4)
    append("catalog", [CatalogEvent(pk=3, kind="movie", object_id=13, action="deleted", created_at=NEW)])


def read(api: Any, query: str = "", status: int = 200) -> dict[str, Any]:
    answer = api.get(f"/api/v1/changes/{query}")
    assert answer.status_code == status, answer.content
    return answer.json()


def positions(page: dict[str, Any]) -> list[int]:
    return [row["position"] for row in page["results"]]


def test_it_says_what_has_become_of_which_row(api):
    movie = make_movie("Heat")
    review = review_create(user_id=make_user().pk, movie_id=movie.pk, body="Fine.")
    relay_all()
    rows = {row["kind"]: row for row in read(api)["results"]}
    assert rows["movie"] == {
        "position": rows["movie"]["position"], "kind": "movie", "id": movie.pk, "action": "saved",
        "at": rows["movie"]["at"], "movie_id": None, "into": None,
    }  # fmt: skip
    assert (rows["review"]["id"], rows["review"]["movie_id"]) == (review.pk, movie.pk)


@pytest.mark.usefixtures("log")
def test_since_is_what_came_after_a_position(api):
    assert positions(read(api)) == [1, 2, 3, 4]
    assert positions(read(api, "?since=0")) == [1, 2, 3, 4]
    assert positions(read(api, "?since=2")) == [3, 4]
    assert read(api, "?since=4") == {"results": [], "next": None, "previous": None, "count": None, "position": 4}
    assert positions(read(api, "?ordering=-position&limit=1")) == [4]


@pytest.mark.usefixtures("log")
def test_kinds(api):
    assert positions(read(api, "?kind=movie")) == [1, 4]
    assert positions(read(api, "?kind=review|genre&since=2")) == [3]
    assert positions(read(api, "?kind__not=movie")) == [2, 3]
    assert "There are: collection, company, genre" in read(api, "?kind=moive", 422)["errors"][0]["detail"]


@pytest.mark.usefixtures("log")
def test_every_page_says_how_far_it_has_been_read(api):
    assert read(api, "?limit=2")["position"] == 2
    assert read(api, "?limit=4")["position"] == 4
    assert read(api, "?since=1&limit=1&kind=movie|genre")["position"] == 2
    assert read(api, "?kind=genre")["position"] == 4  # there is none behind it
    assert read(api, "?kind=company")["position"] == 4
    assert read(api, "?ordering=-position&limit=1")["position"] == 4  # where to go on after reading everything else
    assert read(api, "?since=4")["position"] == 4


@pytest.mark.usefixtures("log")
def test_what_members_keep_is_nobodys_business_and_keeps_nobody_waiting(api):
    """Profiles at 5 and 7, a review at 6."""
    log_profile(1)
    log_review(5)
    log_profile(2)
    assert positions(read(api)) == [1, 2, 3, 4, 6]
    assert (positions(read(api, "?since=4")), read(api, "?since=4")["position"]) == ([6], 7)
    assert (positions(read(api, "?since=6")), read(api, "?since=6")["position"]) == ([], 7)
    assert read(api, "?since=2&limit=3")["position"] == 7
    assert positions(read(api, "?kind__not=movie|genre|review")) == []
    for kind in ("profile", "watchlist", "diary"):
        assert f"There is no kind '{kind}'" in read(api, f"?kind={kind}", 422)["errors"][0]["detail"]


def test_an_empty_log_is_followed_from_0(api):
    assert (read(api)["position"], read(api, "?since=0")["results"]) == (0, [])


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("kind", ["", "&kind=review"])
def test_what_is_added_while_a_page_is_read_comes_with_the_next(api, monkeypatch, kind):
    """A row that is added between the reading of the log's end and of its rows, or after both."""
    from movieverse.outbox.api import views

    def then_added():
        log = change_log()
        log_review(5)
        return log

    change_log = views.change_log
    with monkeypatch.context() as patched:
        patched.setattr(views, "change_log", then_added)
        first = read(api, f"?since=3{kind}")
    log_review(6)
    second = read(api, f"?since={first['position']}{kind}")
    assert [row["id"] for page in (first, second) for row in page["results"] if row["kind"] == "review"] == [5, 6]


@pytest.mark.usefixtures("log")
def test_what_is_no_longer_kept_is_410_and_says_where_to_go_on(api):
    page = read(api, "?limit=1")
    prune(RETENTION)
    for query in ("?since=1", "?since=0&kind=movie", "?since=5", page["next"].partition("/changes/")[2]):
        body = read(api, query, 410)
        assert body["type"] == "/api/problems/gone/"
        assert (body["kept_since"], body["position"]) == (2, 4)
    assert positions(read(api)) == positions(read(api, "?since=2")) == [3, 4]
    assert read(api)["results"] == read(api, "?ordering=-position")["results"][::-1]


@pytest.mark.usefixtures("log")
def test_a_cursor_counts_instead_of_since(api):
    page = read(api, "?since=0&limit=3")
    prune(RETENTION)
    assert positions(read(api, page["next"].partition("/changes/")[2])) == [4]


@pytest.mark.parametrize("wrong", ["-1", "x", "9223372036854775808"])
def test_since_is_a_position(api, wrong):
    assert read(api, f"?since={wrong}", 422)["errors"][0]["parameter"] == "since"


@pytest.mark.usefixtures("log")
def test_a_page_costs_two_reads_of_the_accounts_store(api):
    for query in ("", "?since=1", "?since=4", "?kind=movie&limit=1"):
        with counted_queries() as numbers:
            read(api, query)
        assert {alias: count for alias, count in numbers.items() if count} == {"default": 2}, query


@pytest.mark.usefixtures("log")
def test_polling_in_vain_is_304(api):
    tag = api.get("/api/v1/changes/?since=4")["ETag"]
    assert api.get("/api/v1/changes/?since=4", headers={"If-None-Match": tag}).status_code == 304
    log_review(5)
    assert api.get("/api/v1/changes/?since=4", headers={"If-None-Match": tag}).status_code == 200
