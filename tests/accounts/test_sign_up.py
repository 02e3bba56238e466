"""Sign-ups that meet: one of them gets the handle or the address, the others are told that it is taken."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connections
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.accounts.adapter import AccountAdapter
from apps.accounts.models import User
from tests.accounts.signing import pending
from tests.factories import PASSWORD, make_user

SIGN_UP = "/_allauth/{}/v1/auth/signup"
# What has the sign-ups meet, and what they may be answered: 401 asks for the mail's code, 429 mailed it just now.
MEETING = [({"username": "alice"}, {400, 401}), ({"email": "alice@example.com"}, {401, 429})]


@pytest.fixture
def overtaken(stores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alice signs up while another sign-up, already checked, is about to be saved."""

    def new_user(*args: Any) -> User:
        make_user("alice")
        return User()

    monkeypatch.setattr(AccountAdapter, "new_user", new_user)


def someone(number: int = 0, **taken: str) -> dict[str, str]:
    return {"email": f"other{number}@example.com", "username": f"other{number}", "password": PASSWORD} | taken


@pytest.mark.parametrize("client", ["app", "browser"])
def test_who_comes_a_moment_late_is_told_as_if_later(overtaken, api, client):
    response = api.post(SIGN_UP.format(client), someone(username="alice"))
    assert response.status_code == 400
    assert [error["param"] for error in response.json()["errors"]] == ["username"]
    assert [user.handle for user in User.objects.all()] == ["alice"]


@pytest.mark.parametrize("client", ["app", "browser"])
def test_of_an_address_only_the_mail_says_so(overtaken, api, client):
    response = api.post(SIGN_UP.format(client), someone(email="alice@example.com"))
    assert pending(response) == ["verify_email"]
    assert [message.subject for message in mail.outbox] == ["[MovieVerse] Account Already Exists"]
    assert [user.handle for user in User.objects.all()] == ["alice"]


def test_on_the_page_too(overtaken, client):
    form = someone(username="alice")
    response = client.post("/accounts/signup/", form | {"password1": form["password"]})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"username"}
    assert b"already" in response.content


def test_of_an_address_on_the_page_too(overtaken, client):
    form = someone(email="alice@example.com")
    response = client.post("/accounts/signup/", form | {"password1": form["password"]})
    assert response.url == reverse("account_email_verification_sent")
    assert [message.subject for message in mail.outbox] == ["[MovieVerse] Account Already Exists"]


def test_an_error_that_is_no_meeting_stays_one(stores, monkeypatch):
    def fail(*args: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(AccountAdapter, "populate_username", fail)
    client = APIClient(raise_request_exception=False)
    assert client.post(SIGN_UP.format("app"), someone()).status_code == 500


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The accounts' store as threads see it; the accounts made here are removed again."""
    with django_db_blocker.unblock():
        yield
        User.objects.all().delete()


@pytest.mark.servers
@pytest.mark.parametrize(("taken", "met"), MEETING)
def test_of_sign_ups_at_once_one_succeeds(committed, monkeypatch, taken, met):
    count = 4
    barrier = Barrier(count)
    monkeypatch.setattr(AccountAdapter, "populate_username", lambda *args: barrier.wait(10))

    def sign_up(number: int) -> int:
        try:
            return Client().post(
                SIGN_UP.format("app"), someone(number, **taken), content_type="application/json"
            ).status_code  # fmt: skip
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        assert set(pool.map(sign_up, range(count))) <= met
    assert User.objects.count() == 1
