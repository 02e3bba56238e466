"""Sessions: which there are, and what ends them. Each of a browser and of an app."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from tests.accounts.signing import APP, AUTH, sign_in, token_of
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("stores")

NEW = "another long password"
SESSIONS = f"{APP}auth/sessions"


@pytest.fixture
def browser(member: Any) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    return client


@pytest.fixture
def app(member: Any) -> APIClient:
    return APIClient(headers=token_of(sign_in(APIClient())))


def is_in(*clients: Any) -> list[bool]:
    return [client.get("/api/v1/me/").status_code == 200 for client in clients]


def test_a_changed_password_ends_all_other_sessions(browser, app):
    other = APIClient(headers=token_of(sign_in(APIClient())))
    assert is_in(browser, app, other) == [True, True, True]
    changed = app.post(f"{APP}account/password/change", {"current_password": PASSWORD, "new_password": NEW})
    assert changed.status_code == 200
    if "session_token" in changed.json().get("meta", {}):
        app = APIClient(headers=token_of(changed))
    assert is_in(browser, app, other) == [False, True, False]
    assert [message.subject for message in mail.outbox] == ["[MovieVerse] Password Changed"]


def test_on_the_page_too(browser, app):
    other = Client()
    other.post("/accounts/login/", {"login": "member@example.com", "password": PASSWORD})
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert browser.post("/accounts/password/change/", form).status_code == 302
    assert is_in(browser, app, other) == [True, False, False]


def test_a_reset_password_ends_all_sessions(browser, app):
    visitor = APIClient()
    visitor.post(f"{AUTH}password/request", {"email": "member@example.com"})
    key = re.search(r"/password/reset/key/([^/\s]+)/", mail.outbox[0].body)[1]
    assert visitor.post(f"{AUTH}password/reset", {"key": key, "password": NEW}).status_code in (200, 401)
    assert is_in(browser, app) == [False, False]
    assert sign_in(APIClient()).status_code == 400
    assert sign_in(APIClient(), password=NEW).status_code == 200


def test_a_member_sees_their_sessions_and_ends_one(browser, app):
    sessions = app.get(SESSIONS).json()["data"]
    assert [session["is_current"] for session in sorted(sessions, key=lambda one: one["id"])] == [False, True]
    other = next(session for session in sessions if not session["is_current"])
    assert app.delete(SESSIONS, {"sessions": [other["id"]]}).status_code == 200
    assert is_in(browser, app) == [False, True]


def test_nobody_ends_others_sessions(browser, app):
    make_user("alice")
    alice = APIClient(headers=token_of(sign_in(APIClient(), "alice@example.com")))
    ids = [session["id"] for session in app.get(SESSIONS).json()["data"]]
    assert alice.delete(SESSIONS, {"sessions": ids}).status_code == 400
    assert is_in(browser, app) == [True, True]


def sure(app: APIClient) -> APIClient:
    assert app.post(f"{AUTH}reauthenticate", {"password": PASSWORD}).status_code == 200
    return app


def test_another_address_takes_the_old_ones_place_when_it_is_confirmed(app, member):
    asked = sure(app).post(f"{APP}account/email", {"email": "NEW@Example.com"})
    assert asked.status_code == 200, asked.content
    assert app.get("/api/v1/me/").json()["email"] == "member@example.com"
    code = app.post(f"{AUTH}email/verify", {"key": code_of_newest()})
    assert code.status_code == 200
    me = app.get("/api/v1/me/").json()
    assert (me["email"], me["email_confirmed"]) == ("new@example.com", True)
    assert list(member.emailaddress_set.values_list("email", "primary", "verified")) == [
        ("new@example.com", True, True)
    ]
    assert mail.outbox[-1].to == ["member@example.com"]


def code_of_newest() -> str:
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)[0]


def test_an_address_that_another_account_confirms_first_is_refused(app):
    sure(app).post(f"{APP}account/email", {"email": "new@example.com"})
    code = code_of_newest()
    make_user("new")
    assert app.post(f"{AUTH}email/verify", {"key": code}).status_code == 400
    assert app.get("/api/v1/me/").json()["email"] == "member@example.com"


def test_also_at_the_very_last_moment(app, monkeypatch):
    sure(app).post(f"{APP}account/email", {"email": "new@example.com"})
    monkeypatch.setattr(EmailAddress, "set_verified", lambda *args, **kwargs: False)
    assert app.post(f"{AUTH}email/verify", {"key": code_of_newest()}).status_code == 409
    assert app.get("/api/v1/me/").json()["email"] == "member@example.com"


def test_and_on_the_page(browser, monkeypatch):
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/email/", {"action_add": "", "email": "new@example.com"})
    monkeypatch.setattr(EmailAddress, "set_verified", lambda *args, **kwargs: False)
    answer = browser.post("/accounts/confirm-email/", {"code": code_of_newest()}, follow=True)
    assert b"Another account has confirmed this e-mail address." in answer.content


def test_who_asks_for_anothers_address_is_not_told_that_there_is_one(app):
    make_user("alice")
    answers = [
        sure(app).post(f"{APP}account/email", {"email": f"{name}@example.com"}).status_code
        for name in ("alice", "free")
    ]
    assert answers == [200, 200]
