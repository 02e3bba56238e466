"""Merging through the API, and where it sends those who ask for what was merged."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.models import Movie
from apps.catalog.services import external_id_add
from movieverse.outbox.relay import relay_all
from tests.curation.merges import merged, undone
from tests.factories import make_list, make_movie, make_person, make_user

API = "http://testserver/api/v1"


@pytest.fixture
def movies(stores: None) -> tuple[Movie, Movie]:
    """The one that is merged, and the one that stays."""
    return make_movie("Heat (1995)", tagline="A Los Angeles crime saga"), make_movie("Heat")


def body_of(merged_row: Any, into: Any) -> dict[str, Any]:
    return {"kind": merged_row.COUNTER, "from_id": merged_row.pk, "into_id": into.pk}


def test_it_is_on_its_way_at_once_and_says_when_it_is_done(api: APIClient, curator: User, movies):
    api.force_login(curator)
    preview = api.get("/api/v1/merges/preview/", body_of(*movies)).json()
    assert (preview["from_name"], preview["into_name"]) == ("Heat (1995) (1995)", "Heat (1995)")
    assert preview["facts"] == ["tagline"]
    assert set(preview["counts"].values()) == {0}
    asked = api.post("/api/v1/merges/", body_of(*movies))
    assert (asked.status_code, asked.json()["state"]) == (202, "merging")
    assert asked["Location"] == f"{API}/merges/{asked.json()['id']}/"
    relay_all()
    done = api.get(asked["Location"]).json()
    assert (done["state"], done["by"]) == ("merged", curator.pk)
    assert done["counts"]["catalog"]["movie"] == {"moved": 1, "removed": 1}
    back = api.post(f"{asked['Location']}undo/")
    assert (back.status_code, back.json()["state"]) == (202, "undoing")
    relay_all()
    assert api.get(asked["Location"]).json()["state"] == "undone"
    assert [merge["id"] for merge in api.get("/api/v1/merges/").json()["results"]] == [done["id"]]


def test_preview_counts_what_would_move_and_writes_nothing(api: APIClient, curator: User, movies):
    from apps.profiles.services.watchlist import watchlist_add
    from apps.reviews.services import rating_set

    make_list("best", movies)
    for user in (curator, make_user()):
        rating_set(user_id=user.pk, movie_id=movies[0].pk, value=8)
    rating_set(user_id=curator.pk, movie_id=movies[1].pk, value=7)
    watchlist_add(user_id=curator.pk, movie_id=movies[0].pk)
    api.force_login(curator)
    counts = api.get("/api/v1/merges/preview/", body_of(*movies)).json()["counts"]
    assert (counts["ratings"], counts["ratings_of_both"]) == (2, 1)
    assert (counts["list_entries"], counts["list_entries_of_both"]) == (1, 1)
    assert (counts["watchlist_items"], counts["reviews"]) == (1, 0)
    assert Movie.objects.count() == 2


def test_only_staff_with_the_permission_may_merge_or_look(api: APIClient, movies):
    clerk = make_user("clerk", is_staff=True)
    member = make_user("somebody")
    member.user_permissions.add(Permission.objects.get(codename="merge_rows"))
    for user in (clerk, member):
        api.force_login(user)
        assert api.post("/api/v1/merges/", body_of(*movies)).status_code == 403
        assert api.get("/api/v1/merges/").status_code == 403
        assert api.get("/api/v1/merges/preview/", body_of(*movies)).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="merge_rows"))
    api.force_login(User.objects.get(pk=clerk.pk))
    assert api.post("/api/v1/merges/", body_of(*movies)).status_code == 202


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"into_id": 1}, 422), ({"into_id": 999}, 422), ({"kind": "genre"}, 422), ({"from_id": 0}, 422)],
)
def test_what_cannot_be_merged_is_a_clear_error(api: APIClient, curator: User, movies, changes: Any, status: int):
    api.force_login(curator)
    body = body_of(*movies) | ({"into_id": movies[0].pk} if changes == {"into_id": 1} else changes)
    for answer in (api.post("/api/v1/merges/", body), api.get("/api/v1/merges/preview/", body)):
        assert answer.status_code == status
        assert answer.json()["errors"]


def test_into_what_was_merged_nothing_is_merged(api: APIClient, curator: User, movies):
    merge = merged(*movies)
    api.force_login(curator)
    refused = api.post("/api/v1/merges/", body_of(make_movie(), movies[0]))
    assert (refused.status_code, refused.json()["into"]) == (409, movies[1].pk)
    undone(merge)
    again = api.post(f"/api/v1/merges/{merge.pk}/undo/")
    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/not-merged/")


PARTS = ["", "credits/", "images/", "reviews/", "rating-summary/", "tags/", "lists/", "external-ids/", "origins/"]


@pytest.mark.parametrize("part", PARTS)
def test_what_was_merged_sends_on_to_the_survivor(api: APIClient, movies, part: str):
    merge = merged(*movies)
    old, new = (f"{API}/movies/{movie.pk}/{part}" for movie in movies)
    for query in ("", "?fields=id" if part == "" else "?limit=1" if part == "reviews/" else ""):
        sent = api.get(old + query)
        assert (sent.status_code, sent["Location"]) == (308, new + query)
        assert sent["Cache-Control"] == "private, no-store"
        assert sent.json()["into"] == movies[1].pk
    assert api.get(new).status_code == 200
    undone(merge)
    assert api.get(old).status_code == 200


def test_writes_are_sent_on_with_their_method_and_body(api: APIClient, curator: User, movies):
    merged(*movies)
    api.force_login(curator)
    old, new = (f"{API}/movies/{movie.pk}/" for movie in movies)
    for method, part, body in (
        ("put", "rating/", {"value": 7}),
        ("post", "reviews/", {"body": "Fine."}),
        ("put", "tags/heist/", {}),
        ("patch", "", {"tagline": "Two men."}),
        ("delete", "", None),
    ):
        headers = {"If-Match": "*", **({"Idempotency-Key": "one"} if method == "post" else {})}
        sent = getattr(api, method)(old + part, body, headers=headers)
        assert (sent.status_code, sent["Location"]) == (308, new + part)
        assert getattr(api, method)(sent["Location"], body, headers=headers).status_code in (200, 201, 204)
    assert api.put(f"/api/v1/me/watchlist/{movies[0].pk}/").status_code == 308


def test_lists_and_watchlists_by_the_old_id_are_sent_on(api: APIClient, curator: User, movies):
    listed = make_list("best", [movies[0]])
    merged(*movies)
    old, new = (f"{API}/lists/{listed.pk}/entries/{movie.pk}/" for movie in movies)
    assert api.get(old)["Location"] == new
    assert api.get(new).status_code == 200
    api.force_login(curator)
    assert api.put(f"/api/v1/me/watchlist/{movies[0].pk}/")["Location"] == f"{API}/me/watchlist/{movies[1].pk}/"


def test_who_may_not_write_is_not_sent_anywhere(api: APIClient, movies):
    merged(*movies)
    assert api.put(f"/api/v1/movies/{movies[0].pk}/rating/", {"value": 7}).status_code == 401


def test_of_a_chain_the_last_survivor_is_named_at_once(api: APIClient, movies):
    third = make_movie("Heat again")
    merged(*movies)
    merged(movies[1], third)
    for movie in movies:
        assert api.get(f"/api/v1/movies/{movie.pk}/")["Location"] == f"{API}/movies/{third.pk}/"


def test_a_person_who_was_merged_sends_on_too(api: APIClient, stores):
    people = make_person("A. Pacino"), make_person("Al Pacino")
    make_movie("Heat", cast=[{"person_id": people[0].pk, "character": "Hanna"}])
    merged(*people)
    for part in ("", "credits/", "external-ids/"):
        assert api.get(f"{API}/people/{people[0].pk}/{part}")["Location"] == f"{API}/people/{people[1].pk}/{part}"
    shown = api.get(f"{API}/people/{people[1].pk}/credits/").json()["results"]
    assert [row["movie"]["title"] for row in shown] == ["Heat"]


def test_what_other_sources_call_it_leads_to_the_survivor(api: APIClient, movies):
    external_id_add(kind="movie", source="imdb", value="tt0113277", object_id=movies[0].pk)
    merged(*movies)
    found = api.get("/api/v1/find/imdb/tt0113277/").json()["movies"]
    assert [movie["id"] for movie in found] == [movies[1].pk]


def test_rows_that_are_there_cost_no_query_more(api: APIClient, movies, django_assert_num_queries):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connections["catalog"]) as queries:
        assert api.get(f"/api/v1/movies/{movies[1].pk}/?fields=title").status_code == 200
    assert not [query for query in queries if "tombstone" in query["sql"]]


def test_with_the_catalogue_away_what_is_not_found_is_just_that(api: APIClient, member: User, movies, take_away):
    api.force_login(member)
    take_away("catalog")
    assert api.get(f"/api/v1/movies/{movies[0].pk}/rating/").status_code == 404


def test_the_change_feed_says_into_what(api: APIClient, movies):
    merged(*movies)
    rows = api.get("/api/v1/changes/?kind=movie&limit=100").json()["results"]
    assert [(row["id"], row["into"]) for row in rows if row["action"] == "merged"] == [(movies[0].pk, movies[1].pk)]


def test_a_search_finds_only_the_survivor(api: APIClient, movies, search_index):
    search_index()
    merge = merged(*movies)
    search_index()
    assert found(api) == {movies[1].pk}
    undone(merge)
    search_index()
    assert found(api) == {movie.pk for movie in movies}


def found(api: APIClient) -> set[int]:
    return {row["item"]["id"] for row in api.get("/api/v1/search/?q=heat").json()["results"]}
