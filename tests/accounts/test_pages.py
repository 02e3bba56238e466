"""The pages at /accounts/ open, and work under a policy that permits no inline script."""

import re

import pytest

from apps.accounts import settings as accounts
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("stores")

FOR_ANYBODY = ("login/", "signup/", "password/reset/")
FOR_MEMBERS = (
    "email/", "password/change/", "logout/", "sessions/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/",
    "2fa/webauthn/", "3rdparty/", "reauthenticate/",
)  # fmt: skip


def check(answer):
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    for script in re.findall(rb"<script[^>]*>", answer.content):
        assert b' src="/static/' in script or b'type="application/json"' in script, script
    assert not re.search(rb"\son\w+=|<style", answer.content)


@pytest.mark.parametrize("path", FOR_ANYBODY)
def test_for_anybody(client, path):
    check(client.get(f"/accounts/{path}"))


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_for_members(client, member, path):
    client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    check(client.get(f"/accounts/{path}"))


def test_a_passkey_signs_in_from_the_page(client):
    content = client.get("/accounts/login/").content
    assert b'id="passkey_login"' in content
    assert b"/static/mfa/js/webauthn.js" in content


def test_without_credentials_there_are_no_providers(client, settings):
    assert settings.SOCIALACCOUNT_PROVIDERS == {}
    assert b"GitHub" not in client.get("/accounts/login/").content


@pytest.mark.parametrize("name", ["GITHUB", "GOOGLE"])
def test_a_provider_is_there_with_both_of_its_credentials(monkeypatch, name):
    monkeypatch.setenv(f"{name}_CLIENT_ID", "id")
    with pytest.raises(accounts.ImproperlyConfigured, match=f"{name}_CLIENT_ID and {name}_CLIENT_SECRET go together"):
        accounts.allauth("http://localhost:8000", debug=False)
    monkeypatch.setenv(f"{name}_CLIENT_SECRET", "secret")
    made = accounts.allauth("http://localhost:8000", debug=False)
    assert made["SOCIALACCOUNT_PROVIDERS"][name.lower()]["APPS"] == [{"client_id": "id", "secret": "secret"}]
    assert not made["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"]
