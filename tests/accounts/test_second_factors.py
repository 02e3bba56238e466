"""Codes of an app, recovery codes and passkeys: set up, asked for, and no way around them."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from rest_framework.test import APIClient

from tests.accounts.passkey import Passkey
from tests.accounts.signing import APP, AUTH, pending, sign_in, token_of
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("stores")

TOTP = f"{APP}account/authenticators/totp"
RECOVERY = f"{APP}account/authenticators/recovery-codes"
WEBAUTHN = f"{APP}account/authenticators/webauthn"


def code_of(secret: str) -> str:
    """What the app shows now; it is taken once, so the site has to forget the last one."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def app(member: Any) -> APIClient:
    return sure(sign_in(APIClient()))


def sure(signed_in: Any) -> APIClient:
    """Has given the password once more, which lets change the account for five minutes."""
    client = APIClient(headers=token_of(signed_in))
    assert client.post(f"{AUTH}reauthenticate", {"password": PASSWORD}).status_code == 200
    return client


@pytest.fixture
def secret(app: APIClient) -> str:
    """Of the member's app, which is set up."""
    offered = app.get(TOTP)
    assert offered.status_code == 404
    secret = offered.json()["meta"]["secret"]
    assert app.post(TOTP, {"code": code_of(secret)}).status_code == 200
    return secret


def test_an_app_is_set_up_with_a_code_of_it_and_the_member_told(app, monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda act: act())  # a test's transaction never commits
    code = code_of(app.get(TOTP).json()["meta"]["secret"])
    assert app.post(TOTP, {"code": code}).status_code == 200
    assert [message.subject for message in mail.outbox] == ["[MovieVerse] Authenticator App Activated"]
    assert app.get(TOTP).status_code == 200
    assert app.get(RECOVERY).json()["data"]["unused_code_count"] == 10


def test_a_wrong_code_sets_nothing_up(app):
    app.get(TOTP)
    assert app.post(TOTP, {"code": "000000"}).status_code == 400
    assert not Authenticator.objects.exists()


def test_the_seeds_are_stored_sealed(app, secret):
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))
    assert len(Authenticator.objects.all()) == 2


def test_with_another_secret_key_they_are_read_by_the_old_one_or_fit_no_code(secret, settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    for fallbacks, status in (([], 400), ([old], 200)):
        settings.SECRET_KEY_FALLBACKS = fallbacks
        half_in = APIClient(headers=token_of(sign_in(APIClient())))
        assert half_in.post(f"{AUTH}2fa/authenticate", {"code": code_of(secret)}).status_code == status


def test_signing_in_asks_for_a_code(secret):
    asked = sign_in(APIClient())
    assert pending(asked) == ["mfa_authenticate"]
    half_in = APIClient(headers=token_of(asked))
    assert half_in.get("/api/v1/me/").status_code == 401
    assert half_in.post(f"{AUTH}2fa/authenticate", {"code": "000000"}).status_code == 400
    answer = half_in.post(f"{AUTH}2fa/authenticate", {"code": code_of(secret)})
    assert answer.status_code == 200
    assert APIClient(headers=token_of(answer)).get("/api/v1/me/").json()["handle"] == "member"


def test_a_recovery_code_works_once(app, secret):
    code = app.get(RECOVERY).json()["data"]["unused_codes"][0]
    for status in (200, 400):
        half_in = APIClient(headers=token_of(sign_in(APIClient())))
        assert half_in.post(f"{AUTH}2fa/authenticate", {"code": code}).status_code == status


def test_guesses_at_a_code_are_limited(secret):
    half_in = APIClient(headers=token_of(sign_in(APIClient())))
    answers = [half_in.post(f"{AUTH}2fa/authenticate", {"code": "000000"}) for _ in range(6)]
    assert answers[-1].status_code in (400, 429)
    assert "too_many" in answers[-1].content.decode() or answers[-1].status_code == 429


def test_the_desk_is_no_way_around_it(curator, client):
    app = sure(sign_in(APIClient(), curator.email))
    secret = app.get(TOTP).json()["meta"]["secret"]
    app.post(TOTP, {"code": code_of(secret)})
    page = client.get(reverse("admin:index"), follow=True).redirect_chain[-1][0]
    asked = client.post(page, {"login": curator.email, "password": PASSWORD})
    assert asked.url.startswith(reverse("mfa_authenticate"))
    for url in (reverse("admin:index"), reverse("admin:login")):
        assert client.post(url, {"username": curator.email, "password": PASSWORD}).status_code == 302
        assert client.get(url).status_code == 302
    client.post(asked.url, {"code": code_of(secret)})
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_site_may_want_one_of_whoever_gets_to_the_desk(curator, client, settings):
    client.force_login(curator)
    assert client.get(reverse("admin:index")).status_code == 200
    settings.ADMIN_SECOND_FACTOR = True
    sent_on = client.get(reverse("admin:index"), follow=True)
    assert sent_on.redirect_chain[-1] == (reverse("mfa_index"), 302)
    assert b"takes a second factor" in sent_on.content
    totp.TOTP.activate(curator, totp.generate_totp_secret())
    assert client.get(reverse("admin:index")).status_code == 200


def test_whoever_changes_factors_gives_the_password_once_more(member):
    app = APIClient(headers=token_of(sign_in(APIClient())))
    refused = app.post(TOTP, {"code": code_of(app.get(TOTP).json()["meta"]["secret"])})
    assert refused.status_code == 401
    assert "reauthenticate" in {flow["id"] for flow in refused.json()["data"]["flows"]}
    assert not Authenticator.objects.exists()


def add_passkey(app: APIClient, passkey: Passkey) -> Any:
    options = app.get(f"{WEBAUTHN}?passwordless").json()["data"]["creation_options"]
    assert options["publicKey"]["rp"] == {"id": "localhost", "name": "MovieVerse"}
    return app.post(WEBAUTHN, {"name": "Phone", "credential": passkey.register(options)})


def test_a_passkey_signs_in_without_a_password(app):
    passkey = Passkey()
    assert add_passkey(app, passkey).status_code == 200
    visitor = APIClient()
    begun = visitor.get(f"{AUTH}webauthn/login")
    visitor.credentials(HTTP_X_SESSION_TOKEN=begun.json()["meta"]["session_token"])
    signed = passkey.sign(begun.json()["data"]["request_options"])
    answer = visitor.post(f"{AUTH}webauthn/login", {"credential": signed})
    assert answer.status_code == 200, answer.content
    assert APIClient(headers=token_of(answer)).get("/api/v1/me/").json()["handle"] == "member"


def test_a_passkey_is_the_second_factor_of_a_password(app):
    add_passkey(app, Passkey())
    assert pending(sign_in(APIClient())) == ["mfa_authenticate"]


def test_another_key_does_not_sign_in(app):
    passkey, other = Passkey(), Passkey()
    add_passkey(app, passkey)
    other.id, other.user = passkey.id, passkey.user
    visitor = APIClient()
    begun = visitor.get(f"{AUTH}webauthn/login")
    visitor.credentials(HTTP_X_SESSION_TOKEN=begun.json()["meta"]["session_token"])
    signed = other.sign(begun.json()["data"]["request_options"])
    assert visitor.post(f"{AUTH}webauthn/login", {"credential": signed}).status_code == 400


def test_a_passkey_of_another_site_is_not_taken(app):
    assert add_passkey(app, Passkey(origin="https://movies.example.net")).status_code == 400
    assert not Authenticator.objects.exists()
