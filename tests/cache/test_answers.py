"""A ready-made answer is what would have been answered anyhow, and nobody gets one that is not theirs."""

import gzip
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.catalog.api.views.movies import MovieDetail
from apps.catalog.models import Movie
from apps.reviews.services import review_create
from movieverse.api import limits
from movieverse.cache.callers import key_of
from movieverse.engines import breaker
from tests.cache.conftest import MOVIES, client, how
from tests.factories import make_movie, make_user

# What each answer says of its own request.
OWN = {"X-Request-ID", "Server-Timing", "RateLimit-Remaining", "RateLimit-Reset", "X-Cache"}


@pytest.fixture
def heat(site: APIClient) -> Movie:
    return make_movie("Heat", overview="A heist goes on and on. " * 40)


@pytest.fixture
def url(heat: Movie) -> str:
    return f"{MOVIES}{heat.pk}/"


@pytest.fixture
def without(heat: Movie, settings: Any) -> APIClient:
    """The same site without ready-made answers."""
    uncached = client()
    settings.CACHE_SOURCE = "DATABASE"
    assert uncached.get(MOVIES)["X-Cache"] == "bypass"
    settings.CACHE_SOURCE = "CACHE"
    return uncached


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    return str(session.session_key)


def own_less(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OWN}


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept-Encoding": "gzip, br"},
        {"If-None-Match": "*"},
        {"If-None-Match": "*", "Accept-Encoding": "gzip"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "https://evil.example.com"},
    ],
)
def test_a_hit_is_what_would_have_been_answered_anyhow(
    site: APIClient, without: APIClient, url: str, method: str, headers: dict[str, str]
):
    expected = getattr(without, method)(url, headers=headers)
    missed, hit = [getattr(site, method)(url, headers=headers) for _ in range(2)]
    assert [how(missed), how(hit)] == ["miss", "hit"]
    for answer in (missed, hit):
        assert answer.status_code == expected.status_code
        assert answer.content == expected.content
        assert own_less(answer) == own_less(expected)
    assert hit.headers.keys() == {*expected.headers.keys()}


def test_one_entry_serves_every_form_of_the_answer(site: APIClient, url: str):
    etag = site.get(url)["ETag"]
    packed = site.get(url, headers={"Accept-Encoding": "gzip"})
    assert how(packed) == "hit"
    assert gzip.decompress(packed.content) == site.get(url).content
    for known in (etag, packed["ETag"]):
        assert site.get(url, headers={"If-None-Match": known}).status_code == 304
    assert how(site.head(url)) == "hit"
    assert how(site.get(url, headers={"Origin": "http://localhost:8000"})) == "hit"


def test_each_answer_has_its_own_id_time_and_budget(site: APIClient, url: str):
    limits.counters.by_key.clear()
    answers = [site.get(url, headers={"X-Request-ID": f"request-{number}"}) for number in range(3)]
    assert [answer["X-Request-ID"] for answer in answers] == ["request-0", "request-1", "request-2"]
    remaining = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert remaining[0] - remaining[2] == 2
    assert all(answer["Server-Timing"].startswith("total;dur=") for answer in answers)


def test_hits_are_counted_and_too_many_are_429(site: APIClient, url: str, settings: Any):
    limits.counters.by_key.clear()
    settings.RATE_LIMITS = {"anonymous": 3, "member": 5, "writes": 2}
    assert [site.get(url).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = site.get(url)
    assert refused.json()["type"] == "/api/problems/rate-limited/"
    assert refused["Retry-After"]
    assert "X-Cache" not in refused


def test_the_order_of_parameters_does_not_matter_but_their_values_do(site: APIClient, heat: Movie):
    assert how(site.get(f"{MOVIES}?limit=5&fields=title")) == "miss"
    assert how(site.get(f"{MOVIES}?fields=title&limit=5")) == "hit"
    assert how(site.get(f"{MOVIES}?fields=title&limit=6")) == "miss"


@pytest.mark.parametrize("accept", ["text/html", "application/json; indent=4", "text/html, application/json;v=2"])
def test_who_wants_another_form_of_json_or_none_is_answered_by_the_view(site: APIClient, url: str, accept: str):
    site.get(url)
    assert "X-Cache" not in site.get(url, headers={"Accept": accept})


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, application/json;q=0.9, */*;q=0.8"])
def test_who_takes_json_gets_it_ready_made(site: APIClient, url: str, accept: str):
    site.get(url)
    assert how(site.get(url, headers={"Accept": accept})) == "hit"


def test_very_long_addresses_and_other_views_and_methods_pass(site: APIClient, url: str):
    assert "X-Cache" not in site.get(f"{MOVIES}?fields={'title,' * 200}title")
    assert "X-Cache" not in site.get("/api/v1/changes/")
    assert "X-Cache" not in site.options(url)
    assert "X-Cache" not in site.post(MOVIES, {})


def test_errors_are_not_kept(site: APIClient, heat: Movie):
    gone = f"{MOVIES}{heat.pk + 1}/"
    assert [site.get(gone).status_code for _ in range(2)] == [404, 404]
    assert site.get(gone)["X-Cache"] == "miss"
    assert site.head(gone).content == b""
    wrong = f"{MOVIES}?limit=none"
    assert [site.get(wrong)["X-Cache"] for _ in range(2)] == ["miss", "miss"]
    assert site.get(wrong, headers={"X-Request-ID": "the-second"}).json()["request_id"] == "the-second"


def test_an_answer_that_lacks_a_store_is_not_kept_and_a_kept_one_needs_none(
    site: APIClient, heat: Movie, url: str, take_away: Any
):
    review_create(user_id=make_user().pk, movie_id=heat.pk, body="Fine.")
    site.get(url)
    take_away("catalog")
    assert [how(site.get("/api/v1/reviews/")) for _ in range(2)] == ["miss", "miss"]
    assert site.get("/api/v1/reviews/").json()["degraded"] == ["catalog"]
    assert how(site.get(url)) == "hit"
    breaker.forget()


def test_an_unknown_host_is_refused_and_nothing_of_it_is_kept(site: APIClient, url: str):
    for _ in range(2):
        assert site.get(url, headers={"Host": "evil.example.com"}).status_code == 400
    assert how(site.get(url)) == "miss"
    assert b"evil" not in site.get(url).content
    assert how(site.get(url, headers={"Host": "127.0.0.1"})) == "miss"  # whose links lead there


def test_an_answer_that_sets_a_cookie_is_not_kept(site: APIClient, url: str, monkeypatch: pytest.MonkeyPatch):
    get = MovieDetail.get

    def set_cookie(view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = get(view, *args, **kwargs)
        response.set_cookie("who", "somebody")
        return response

    monkeypatch.setattr(MovieDetail, "get", set_cookie)
    for _ in range(2):
        answer = site.get(url)
        assert how(answer) == "miss"
        assert not answer.cookies


def test_public_answers_are_the_same_for_members_whose_cookies_nobody_sees(
    site: APIClient, url: str, monkeypatch: pytest.MonkeyPatch
):
    get, seen = MovieDetail.get, []
    monkeypatch.setattr(
        MovieDetail, "get", lambda view, request, **ids: seen.append(request.META) or get(view, request, **ids)
    )
    known = {"Cookie": "sessionid=secret", "Authorization": "Bearer secret", "X-Session-Token": "secret"}
    assert how(site.get(url, headers=known)) == "miss"
    assert how(site.get(url)) == "hit"
    assert "secret" not in str(seen)


@pytest.mark.parametrize("header", ["Cookie", "Authorization", "X-Session-Token"])
def test_what_depends_on_who_asks_is_ready_made_for_nobodies_alone(site: APIClient, committed: Any, header: str):
    committed(Session)
    member = make_user("member")
    session = session_of(member)
    own = {"Cookie": f"sessionid={session}", "Authorization": "Basic x", "X-Session-Token": session}[header]
    url = "/api/v1/users/member/"
    assert [how(site.get(url)) for _ in range(2)] == ["miss", "hit"]
    answer = site.get(url, headers={header: own})
    assert "X-Cache" not in answer
    assert answer["Cache-Control"].startswith("public" if header == "Authorization" else "private")
    assert how(site.get(url)) == "hit"
    assert "X-Cache" not in site.get("/api/v1/me/", headers={header: own})


@pytest.mark.parametrize("header", ["Cookie", "X-Session-Token"])
def test_only_staff_have_an_answer_built_anew(site: APIClient, url: str, committed: Any, header: str):
    committed(Session)
    found = {}
    for user in (make_user("clerk", is_staff=True), make_user("member")):
        key = session_of(user)
        site.get(url)
        who = {header: f"sessionid={key}" if header == "Cookie" else key}
        found[user.handle] = [how(site.get(url, headers=who | {"Cache-Control": "no-cache"})), how(site.get(url))]
    assert found == {"clerk": ["bypass", "hit"], "member": ["hit", "hit"]}
    assert how(site.get(url, headers={"Cache-Control": "no-cache"})) == "hit"
    assert how(site.get(url, headers={"Cache-Control": "no-cache", "X-Session-Token": "made-up"})) == "hit"


def test_a_look_at_a_title_counts_ready_made_or_not_but_no_question_whether_it_has_changed(
    site: APIClient, heat: Movie, url: str, looks: list[tuple[str, int]]
):
    etag = site.get(url)["ETag"]
    site.get(url)
    site.get(url, headers={"If-None-Match": etag})
    site.head(url)
    site.get(f"{MOVIES}{heat.pk + 1}/")
    site.get(MOVIES)
    assert looks == [("view", heat.pk)] * 2


def test_paths_that_contain_what_parts_keys_are_not_taken_for_each_other(site: APIClient):
    addresses = [("/api/v1/a?b/", ""), ("/api/v1/a", "b/"), ("/api/v1/a", "b/?"), ("/api/v1/a b", "")]
    requests = [RequestFactory(HTTP_HOST="localhost").get("/") for _ in addresses]
    for request, (path, query) in zip(requests, addresses, strict=True):
        request.path, request.META["QUERY_STRING"] = path, query
    assert len({key_of(request) for request in requests}) == len(addresses)
