"""Personal tokens: what they are good for, what they are not, and that they are shown once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.views import APIView

from apps.accounts.models import PersonalToken, User
from apps.accounts.services import token_create
from apps.accounts.services.tokens import MOST_TOKENS
from movieverse.api import limits
from movieverse.api.index import Schema
from movieverse.api.scopes import SCOPES
from movieverse.api.views import ApiView
from movieverse.models import KeptAnswer
from tests.api.conftest import refusals
from tests.factories import make_movie, make_user

TOKENS = "/api/v1/me/tokens/"

pytestmark = pytest.mark.usefixtures("stores")


def bearer(user: User, *scopes: str) -> APIClient:
    _, secret = token_create(user=user, name="Script", scopes=scopes or SCOPES)
    return holding(secret)


def holding(secret: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


def check_refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    assert answer.json()["type"] == f"/api/problems/{code}/"
    return answer.json()


def test_a_token_is_shown_once_and_works(signed_in, member):
    made = signed_in.post(TOKENS, {"name": "Letterboxd sync", "scopes": ["write", "read"]})
    assert made.status_code == 201
    secret = made.json()["token"]
    assert secret.startswith(made.json()["prefix"] + "_")
    assert secret.startswith("mv_")
    assert made.json()["scopes"] == ["read", "write"]
    lasts = PersonalToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < lasts <= timedelta(days=90)

    assert holding(secret).get("/api/v1/me/").json()["id"] == member.pk
    (shown,) = signed_in.get(TOKENS).json()["results"]
    assert shown == {name: made.json()[name] for name in shown} | {"last_used_at": shown["last_used_at"]}
    assert "token" not in shown
    assert shown["last_used_at"]


def test_no_store_keeps_it_in_a_readable_form(signed_in):
    answer = signed_in.post(TOKENS, {"name": "x", "scopes": ["read"]}, headers={"Idempotency-Key": "k"})
    secret = answer.json()["token"].rpartition("_")[2]
    assert secret not in str(PersonalToken.objects.values())
    assert secret not in str([bytes(kept.body) for kept in KeptAnswer.objects.all()])


def test_use_is_noted_once_a_minute(member):
    client = bearer(member)
    client.get("/api/v1/me/")
    first = PersonalToken.objects.get().last_used_at
    client.get("/api/v1/me/")
    assert PersonalToken.objects.get().last_used_at == first
    PersonalToken.objects.update(last_used_at=first - timedelta(seconds=61))
    client.get("/api/v1/me/")
    assert PersonalToken.objects.get().last_used_at >= first


@pytest.mark.parametrize("secret", ["mv_1_unknown", "", "é", "a b", "x" * 5_000])
def test_an_unknown_token_is_401_with_a_challenge(secret):
    answer = APIClient().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    check_refused(answer, 401, "authentication-failed")
    assert 'Bearer realm="MovieVerse"' in answer["WWW-Authenticate"]


def test_a_token_ends_when_it_expires(member):
    client = bearer(member)
    PersonalToken.objects.update(expires_at=timezone.now())
    check_refused(client.get("/api/v1/me/"), 401, "authentication-failed")


def test_a_token_ends_when_it_is_deleted(signed_in, member):
    client = bearer(member)
    url = f"{TOKENS}{PersonalToken.objects.get().pk}/"
    assert signed_in.delete(url).status_code == 204
    check_refused(client.get("/api/v1/me/"), 401, "authentication-failed")
    check_refused(signed_in.delete(url), 404, "not-found")


def test_a_token_of_a_deactivated_member_is_refused(member):
    client = bearer(member)
    User.objects.update(is_active=False)
    check_refused(client.get("/api/v1/me/"), 401, "authentication-failed")


def test_others_tokens_are_not_there(signed_in):
    token, _ = token_create(user=make_user(), name="x", scopes=["read"])
    assert signed_in.get(TOKENS).json()["results"] == []
    assert signed_in.get(f"{TOKENS}{token.pk}/").status_code == 404
    assert signed_in.delete(f"{TOKENS}{token.pk}/").status_code == 404
    assert PersonalToken.objects.exists()


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("read", "get", "/api/v1/me/ratings/", None),
        ("read", "get", "/api/v1/users/member/", None),
        ("write", "put", "/api/v1/movies/{}/rating/", {"value": 7}),
        ("write", "delete", "/api/v1/movies/{}/rating/", None),
        ("write", "post", "/api/v1/movies/{}/reviews/", {"body": "Fine."}),
        ("write", "patch", "/api/v1/me/profile/", {"bio": "Hello."}),
        ("curate", "post", "/api/v1/movies/", {"title": "Heat"}),
        ("curate", "delete", "/api/v1/movies/{}/", None),
    ],
)
def test_a_scope_is_enough_for_its_own_and_all_others_are_not(scope, method, path, body):
    member, movie = make_user("member", is_staff=True, is_superuser=True), make_movie()
    url, headers = path.format(movie.pk), {"If-Match": "*"}
    others = bearer(member, *(SCOPES.keys() - {scope}))
    refused = check_refused(getattr(others, method)(url, body, headers=headers), 403, "insufficient-scope")
    assert refused["scope"] == scope
    assert scope in refused["detail"]
    own = getattr(bearer(member, scope), method)(url, body, headers=headers)
    assert own.status_code in (200, 201, 204, 404), own.content


def test_a_scope_gives_no_right_that_the_member_has_not(member):
    check_refused(bearer(member, "curate").post("/api/v1/movies/", {"title": "Heat"}), 403, "permission-denied")


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", TOKENS), ("post", TOKENS), ("delete", f"{TOKENS}1/"), ("patch", "/api/v1/me/"),
     ("get", "/api/v1/me/profile/events/")],
)  # fmt: skip
def test_the_account_itself_takes_a_session(member, method, path):
    answer = getattr(bearer(member), method)(path, {"name": "x", "scopes": ["read"]})
    check_refused(answer, 403, "session-required")


def test_public_reads_need_no_scope_and_no_accounts(member):
    movie = make_movie("Heat")
    assert bearer(member, "write").get(f"/api/v1/movies/{movie.pk}/").json()["title"] == "Heat"
    assert holding("mv_unknown").get(f"/api/v1/movies/{movie.pk}/").status_code == 200


def test_a_token_counts_more_than_a_cookie(member):
    client = Client()
    client.force_login(make_user("somebody"))
    _, secret = token_create(user=member, name="x", scopes=["read"])
    assert client.get("/api/v1/me/", headers={"Authorization": f"bearer {secret}"}).json()["handle"] == "member"


def test_a_token_writes_without_a_csrf_token(member):
    _, secret = token_create(user=member, name="x", scopes=["write"])
    client = APIClient(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})
    assert client.put(f"/api/v1/movies/{make_movie().pk}/rating/", {"value": 7}).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2099-01-01T00:00:00Z"}, "/expires_at"),
        ({"token": "mv_mine"}, "/token"),
    ],
)
def test_what_is_no_token_is_422(signed_in, change, pointer):
    answer = signed_in.post(TOKENS, {"name": "x", "scopes": ["read"]} | change)
    assert set(refusals(answer)) == {pointer}
    assert not PersonalToken.objects.exists()


def test_there_are_fifty_at_most(signed_in, member):
    for _ in range(MOST_TOKENS):
        token_create(user=member, name="x", scopes=["read"])
    check_refused(signed_in.post(TOKENS, {"name": "x", "scopes": ["read"]}), 409, "too-many-tokens")


def test_requests_count_as_the_members(member, settings):
    settings.RATE_LIMITS = {"anonymous": 1, "member": 2, "writes": 1}
    limits.counters.by_key.clear()
    one, other = bearer(member), bearer(member)
    answers = [one.get("/api/v1/me/"), other.get("/api/v1/me/"), one.get("/api/v1/me/")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_every_view_that_lets_somebody_in_asks_for_scopes():
    """Only ApiView does; no other view may ask who somebody is."""
    views = {view for view in _views(get_resolver()) if issubclass(view, APIView)}
    others = {view for view in views if not issubclass(view, ApiView)}
    assert len(others) < len(views)
    assert all(view is Schema or not view.authentication_classes for view in others)


def _views(resolver: URLResolver) -> set[type]:
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found |= {getattr(pattern.callback, "cls", object)}
        else:
            found |= _views(pattern)
    return found
