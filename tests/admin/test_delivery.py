"""The admin's content security policy, and its pages when a store is down."""

import pytest
from django.conf import settings
from django.urls import reverse

from apps.catalog.images import SOURCES
from apps.catalog.models import Movie
from movieverse.exceptions import StoreUnavailable
from tests.admin.rows import page
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("stores")


def policy_of(answer) -> dict[str, list[str]]:
    directives = (directive.split() for directive in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("name", ["index", "catalog_movie_changelist", "catalog_movie_add", "password_change"])
def test_the_admin_has_a_policy_of_its_own(desk, name):
    answer = desk.get(reverse(f"admin:{name}"))
    policy = policy_of(answer)
    assert policy["script-src"] == ["'self'", "'unsafe-eval'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["style-src-attr"] == ["'unsafe-inline'"]
    assert policy["img-src"] == ["'self'", "data:", "https://image.tmdb.org"]
    foreign = {source for sources in policy.values() for source in sources if "//" in source or source == "*"}
    assert foreign == {"https://image.tmdb.org"}
    assert b"<style" not in answer.content


def test_pictures_come_from_where_the_policy_permits():
    assert all(source.base_url.startswith(tuple(settings.IMAGE_ORIGINS)) for source in SOURCES.values())


def test_other_pages_keep_the_strict_policy(client):
    policy = policy_of(client.get("/accounts/login/"))
    assert policy["script-src"] == ["'self'"]
    assert "style-src-attr" not in policy


@pytest.fixture
def catalog_down(monkeypatch) -> None:
    def away():
        raise StoreUnavailable("catalog", "CATALOG_DATABASE_URL", "mongodb.internal refused")

    monkeypatch.setattr("apps.catalog.admin.filters.genre_choices", away)


def test_a_page_whose_store_is_down(desk, catalog_down):
    answer = desk.get(page(Movie, "changelist"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert answer["Content-Type"].startswith("text/html")
    content = answer.content.decode()
    assert "The catalog store does not answer" in content
    assert "mongodb.internal" not in content
    nonce = policy_of(answer)["style-src"][0].removeprefix("'nonce-").rstrip("'")
    assert f'<style nonce="{nonce}">' in content
    assert desk.get(reverse("admin:index")).status_code == 200


def test_whoever_signs_in_is_at_the_desk(client, curator):
    sign_in_page = client.get(reverse("admin:login")).url
    assert client.post(sign_in_page, {"login": curator.email, "password": PASSWORD}).url == reverse("admin:index")


def test_whoever_asked_for_a_page_gets_it(client, curator):
    sign_in_page, _ = client.get(page(Movie, "changelist"), follow=True).redirect_chain[-1]
    assert client.post(sign_in_page, {"login": curator.email, "password": PASSWORD}).url == page(Movie, "changelist")


def test_who_is_signed_in_gets_to_the_desk_or_is_refused(client, desk, member):
    assert desk.get(reverse("admin:login")).url == reverse("admin:index")
    client.force_login(member)
    assert client.get(reverse("admin:login")).status_code == 403
