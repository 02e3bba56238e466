"""Of a hidden review, and of a banned member, nobody is told anything: in no answer, no sum, no export, no cache."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.accounts.services import user_save
from apps.catalog.models import Movie
from apps.profiles.services import profile_update
from apps.reviews import services
from apps.reviews.models import Rating, Review
from movieverse.outbox.relay import relay_all
from tests.api.world import REQUIRED, make_owner, make_world
from tests.cache.conftest import how, level, looks, site  # noqa: F401  fixtures
from tests.curation.exports import exported
from tests.factories import make_movie, make_user

SECRETS = re.compile(r"zanzibar|snarkhunter|sn[ae]rk|vexing", re.IGNORECASE)
COUNTED = re.compile(rf'{SECRETS.pattern}|count":1\b', re.IGNORECASE)
# What tells of files, which there are none of here, or goes on for ever.
NOT_WALKED = {"/api/v1/me/profile/events/"}
# Its positions grow with whatever happens; it names rows and says nothing of them.
LOG = "/api/v1/changes/"
# What members have done lately: that it was done by somebody who has since been banned, it cannot know.
TRENDS = "/api/v1/trending/movies/"


def asked(ids: dict[str, Any]) -> Iterator[str]:
    """Every address that may be read, reviews in all of their orders, and by the filters that name somebody."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for path, item in paths.items():
        if "get" not in item or path in NOT_WALKED:
            continue
        url = path.format_map(ids) + REQUIRED.get(path, "?")
        parameters = {one["name"]: one["schema"] for one in item["get"].get("parameters", []) if one["in"] == "query"}
        yield f"{url}&limit=100&count=exact" if "cursor" in parameters else url
    for ordering in ("created_at", "helpful_count", "-helpful_count"):
        yield f"/api/v1/reviews/?ordering={ordering}"
    yield f"/api/v1/reviews/?author=snarkhunter&author_id={ids['troll_id']}"
    yield "/api/v1/users/snarkhunter/"
    yield "/api/v1/users/snarkhunter/reviews/"


def asked_of(review_ids: list[int]) -> Iterator[str]:
    for review_id in review_ids:
        yield f"/api/v1/reviews/{review_id}/"
        yield f"/api/v1/reviews/{review_id}/helpful/"
        yield f"/api/v1/reviews/{review_id}/history/"
        yield f"/api/v1/me/reviews/{review_id}/"
        yield f"/api/v1/moderation/reviews/{review_id}/"


def answers(client: APIClient, ids: dict[str, Any]) -> dict[str, str]:
    found = {url: client.get(url) for url in asked(ids)}
    assert not [url for url, answer in found.items() if answer.status_code >= 500]
    return {url: re.sub(r'"request_id":"\w+"', "", answer.content.decode()) for url, answer in found.items()}


def speak(troll: User, innocent: User, movies: list[Movie]) -> list[int]:
    """They say it with words that nobody else has. Returns the ids of their reviews."""
    for movie in movies:
        services.rating_set(user_id=troll.pk, movie_id=movie.pk, value=1)
        services.review_create(user_id=troll.pk, movie_id=movie.pk, body="Snark!", title="Snerk", language="sn")
        services.tag_add(user_id=troll.pk, movie_id=movie.pk, text="vexing")
    for review in Review.objects.exclude(user_id=troll.pk):
        services.vote_add(user_id=troll.pk, review_id=review.pk)
    services.review_create(user_id=innocent.pk, movie_id=movies[0].pk, body="Visit Zanzibar.", is_spoiler=True)
    return list(Review.objects.filter(user_id__in=[troll.pk, innocent.pk]).values_list("pk", flat=True))


def ban(user: User) -> None:
    user.is_active = False
    user_save(user=user)


def hide(innocent: User) -> None:
    services.review_hide(review=Review.objects.get(user_id=innocent.pk), by=999_999, reason="Zanzibar.")


def test_the_world_is_as_it_was_before_they_spoke(stores, search_index: Callable[[], None], tmp_path):
    ids: dict[str, Any] = make_world(make_owner())
    troll, innocent, reader = make_user("snarkhunter"), make_user("innocent"), make_user("reader")
    profile_update(user_id=troll.pk, display_name="Vexing Snark")
    search_index()
    ids["troll_id"] = troll.pk
    signed_in = APIClient()
    signed_in.force_login(reader)
    clients = {"anonymous": APIClient(), "member": signed_in}
    movies = list(Movie.objects.filter(title="Same").order_by("pk"))

    before = {name: answers(client, ids) for name, client in clients.items()}
    exported_before = exported(tmp_path)
    secret_ids = speak(troll, innocent, movies)
    search_index()
    spoken = answers(clients["anonymous"], ids)
    assert len([url for url, text in spoken.items() if SECRETS.search(text)]) >= 8  # else there was nothing to find
    assert SECRETS.search(str(exported(tmp_path)))

    hide(innocent)
    ban(troll)
    search_index()
    for name, client in clients.items():
        after = answers(client, ids)
        leaking = {url for url, text in after.items() if SECRETS.search(_without_what_was_asked(text, url))}
        assert not leaking, name
        changed = {url for url in after if after[url] != before[name][url] and not url.startswith((LOG, TRENDS))}
        assert changed == _of_the_account(before[name]), name
        for url in asked_of(secret_ids):
            assert client.get(url).status_code in (401, 403, 404), url
    assert exported(tmp_path) == exported_before
    named = ",".join(map(str, secret_ids))
    assert clients["anonymous"].get("/api/v1/exports/rows/reviews/", {"ids": named}).content == b""
    log = clients["anonymous"].get(f"{LOG}?kind=review&ordering=-position&limit=100").json()["results"]
    last = {change["id"]: change["action"] for change in reversed(log)}
    assert {last[pk] for pk in secret_ids} == {"deleted"}


def _without_what_was_asked(text: str, url: str) -> str:
    """A refusal says what there is not."""
    return text.replace("snarkhunter", "") if "snarkhunter" in url else text


def _of_the_account(before: dict[str, str]) -> set[str]:
    """The account was there before, with its name, and has no page any more."""
    return {url for url in before if url.startswith("/api/v1/users/snarkhunter/")}


CACHED = (
    "/api/v1/reviews/",
    "/api/v1/reviews/{review}/",
    "/api/v1/movies/{movie}/reviews/",
    "/api/v1/movies/{movie}/rating-summary/",
    "/api/v1/movies/{movie}/tags/",
    "/api/v1/movies/{movie}/",
    "/api/v1/users/snarkhunter/reviews/",
)


@pytest.mark.parametrize("url", CACHED)
def test_what_was_cached_of_a_banned_member_is_not_given_again(site, url):  # noqa: F811
    heat, troll = make_movie("Heat"), make_user("snarkhunter")
    services.rating_set(user_id=troll.pk, movie_id=heat.pk, value=1)
    review = services.review_create(user_id=troll.pk, movie_id=heat.pk, body="Snark!")
    services.tag_add(user_id=troll.pk, movie_id=heat.pk, text="vexing")
    relay_all()
    url = url.format(movie=heat.pk, review=review.pk)
    for expected in ("miss", "hit"):
        told = site.get(url)
        assert how(told) == expected
    assert COUNTED.search(told.content.decode())
    ban(troll)
    relay_all()
    assert Rating.objects.get().withheld
    gone = site.get(url)
    assert gone.get("X-Cache") != "hit"
    assert not COUNTED.search(_without_what_was_asked(gone.content.decode(), url))


@pytest.mark.parametrize("url", CACHED[:3])
def test_what_was_cached_of_a_hidden_review_is_not_given_again(site, url):  # noqa: F811
    heat, innocent = make_movie("Heat"), make_user("innocent")
    review = services.review_create(user_id=innocent.pk, movie_id=heat.pk, body="Visit Zanzibar.")
    url = url.format(movie=heat.pk, review=review.pk)
    for expected in ("miss", "hit"):
        told = site.get(url)
        assert how(told) == expected
    assert SECRETS.search(told.content.decode())
    hide(innocent)
    assert not SECRETS.search(site.get(url).content.decode())
    services.review_restore(review=review, by=999_999)
    assert SECRETS.search(site.get(url).content.decode())
