"""Every error has one shape, wherever it comes from."""

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from movieverse.exceptions import StoreUnavailable
from tests.factories import make_movie

pytestmark = pytest.mark.usefixtures("stores")

LISTS = ["movies", "people", "genres", "reviews", "me/ratings", "me/reviews"]
SINGLES = ["", "me", "me/profile"]


def away(alias: str, variable: str = "DATABASE_URL"):
    def refuse(*args: object, **kwargs: object) -> None:
        raise StoreUnavailable(alias, variable, "secret-host refused")

    return refuse


def check(response, status: int, code: str) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == f"/api/problems/{code}/"
    assert body["status"] == status
    assert body["request_id"] == response["X-Request-ID"]
    return body


@pytest.mark.parametrize("path", LISTS + SINGLES)
def test_a_parameter_that_there_is_not_is_400_and_named(signed_in, path):
    response = signed_in.get(f"/api/v1/{path}/".replace("//", "/"), {"sort_by": "x"})
    body = check(response, 400, "unknown-parameter")
    assert body["errors"][0]["parameter"] == "sort_by"
    assert ("limit" in body["allowed"]) == (path in LISTS)


def test_a_parameter_given_twice_is_400(api):
    body = check(api.get("/api/v1/movies/?genre=1&genre=2"), 400, "repeated-parameter")
    assert body["errors"][0]["parameter"] == "genre"


def test_a_parameter_of_a_list_is_none_of_a_write(signed_in, heat):
    check(signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/?limit=5", {"body": "x"}), 400, "unknown-parameter")


def test_what_drf_refuses_is_a_problem(api, signed_in, heat):
    url = f"/api/v1/movies/{heat.pk}/reviews/"
    check(api.delete("/api/v1/movies/"), 405, "method-not-allowed")
    check(signed_in.post(url, "{", content_type="application/json"), 400, "parse-error")
    check(signed_in.post(url, "<a/>", content_type="application/xml"), 415, "unsupported-media-type")
    check(api.get("/api/v1/me/"), 401, "not-authenticated")
    check(api.get("/api/v1/movies/", headers={"Accept": "image/png"}), 406, "not-acceptable")


def test_what_django_refuses_is_a_problem(api, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    check(api.get("/api/v1/movies/?a=1&b=2&c=3"), 400, "bad-request")
    check(api.get("/api/v1/movies/", headers={"Host": "elsewhere.example"}), 400, "bad-request")


@pytest.mark.parametrize("path", LISTS + SINGLES)
def test_every_endpoint_answers_options(signed_in, path):
    answer = signed_in.options(f"/api/v1/{path}/".replace("//", "/"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", ["rating", "tags/heist"])
def test_what_is_put_answers_options(signed_in, heat, path):
    answer = signed_in.options(f"/api/v1/movies/{heat.pk}/{path}/")
    assert answer.status_code == 204
    assert {"PUT", "DELETE"} <= set(answer["Allow"].split(", "))


def test_a_body_that_is_too_big_is_413(signed_in, heat, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50
    for headers in ({}, {"Idempotency-Key": "key"}):
        answer = signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", {"body": "x" * 50}, headers=headers)
        assert "at most 50 bytes" in check(answer, 413, "content-too-large")["detail"]


def test_without_its_slash_a_read_is_sent_on_and_a_write_is_404(api, signed_in, settings):
    settings.DEBUG = True
    assert api.get("/api/v1/movies")["Location"] == "/api/v1/movies/"
    settings.DEBUG = False
    assert "slash" in check(signed_in.patch("/api/v1/me", {"handle": "other"}), 404, "not-found")["detail"]


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v2/movies/", "/api/nothing", "/_allauth/nothing"])
def test_an_unknown_path_is_a_problem(api, path):
    check(api.get(path, follow=True), 404, "not-found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_write_there_is_one_too_with_whatever_it_is_signed(member, method):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(member)
    for headers in ({}, {"X-Session-Token": client.session.session_key}):
        check(getattr(client, method)("/api/v1/nothing/", headers=headers), 404, "not-found")


def test_elsewhere_an_unknown_path_is_a_page(api):
    response = api.get("/nothing")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_defect_is_a_problem_that_tells_nothing(monkeypatch):
    def fail(*args: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("apps.catalog.selectors.genres_of", fail)
    response = APIClient(raise_request_exception=False).get("/api/v1/movies/")
    assert "secret" not in str(check(response, 500, "server-error"))


def test_a_store_that_is_away_is_503(api, monkeypatch):
    monkeypatch.setattr("apps.catalog.selectors.genres_of", away("catalog"))
    response = api.get("/api/v1/movies/")
    body = check(response, 503, "store-unavailable")
    assert body["store"] == "catalog"
    assert "secret-host" not in str(body)
    assert int(response["Retry-After"]) > 0


def test_a_store_that_middleware_misses_is_503(member, monkeypatch):
    client = APIClient(raise_request_exception=False)
    client.force_login(member)
    for method in ("load", "exists"):
        monkeypatch.setattr(f"django.contrib.sessions.backends.db.SessionStore.{method}", away("default"))
    for path in ("/api/v1/me/", "/_allauth/browser/v1/auth/session"):
        check(client.get(path), 503, "store-unavailable")
    check(APIClient().get("/api/v1/me/", headers={"X-Session-Token": "x" * 32}), 503, "store-unavailable")


def test_reviews_are_shown_without_the_stores_of_names_and_titles(api, signed_in, heat, monkeypatch):
    signed_in.post(f"/api/v1/movies/{heat.pk}/reviews/", {"body": "Fine."})
    monkeypatch.setattr("apps.accounts.selectors.authors_by_id", away("default"))
    monkeypatch.setattr("apps.catalog.selectors.titles_by_id", away("catalog"))
    for path in ("/api/v1/reviews/", f"/api/v1/movies/{heat.pk}/reviews/"):
        answer = api.get(path).json()
        assert answer["degraded"] == ["catalog", "default"]
        assert answer["results"][0]["body"] == "Fine."
        assert answer["results"][0]["author"]["handle"] is answer["results"][0]["author"]["name"] is None


def test_the_index_names_what_there_is(api):
    answer = api.get("/api/v1/").json()
    assert answer["movies"] == "http://testserver/api/v1/movies/"
    assert {"people", "genres", "reviews", "me", "schema", "docs"} <= set(answer)
    assert {"my_profile", "my_profile_events", "my_picture", "my_watchlist", "my_diary"} <= set(answer)
    paths = {get_resolver().resolve(url.removeprefix("http://testserver")).view_name for url in answer.values()}
    assert len(paths) == len(answer)


@pytest.mark.parametrize("path", ["/_allauth/app/v1/auth/login", "/_allauth/app/v1/auth/signup"])
def test_a_body_nested_too_deep_is_refused_before_signing_in(client, path):
    client.raise_request_exception = False
    assert client.post(path, "[" * 100_000, content_type="application/json").status_code == 400


def test_a_password_that_is_no_text_is_refused(client, member):
    client.raise_request_exception = False
    body = f'{{"email": "{member.email}", "password": "half a pair \\ud800"}}'
    answer = client.post("/_allauth/app/v1/auth/login", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_body_nested_too_deep_is_refused(client, member):
    client.force_login(member)
    answer = client.patch("/api/v1/me/", "[" * 100_000, content_type="application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_why_a_store_is_away_is_in_the_log_and_not_in_the_answer(api, monkeypatch, caplog):
    monkeypatch.setattr("apps.catalog.selectors.external_ids_of", away("catalog"))
    answer = api.get(f"/api/v1/movies/{make_movie('Heat').pk}/")
    assert answer.status_code == 503
    assert "secret-host" not in answer.content.decode()
    assert "secret-host refused" in caplog.text
