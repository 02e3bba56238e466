"""Pages outside the API and the admin: who is sent to sign in first."""

import re

import pytest
from rest_framework.test import APIClient

from tests.permissions.conftest import client_of
from tests.permissions.urls import addresses

ELSEWHERE = ("api/v1/", "admin/")  # which have rules of their own
NOWHERE = "999999999"

EVERYBODYS = {
    "start", "schema", "docs", "poster", "picture", "api/<path:rest>/",
    # signing up and in, and what mails lead to
    "account_login", "account_logout", "account_signup", "account_inactive", "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "socialaccount_login_cancelled",
    "socialaccount_login_error",
    # as they were called once
    "accounts/social/login/cancelled/", "accounts/social/login/error/", "accounts/social/signup/",
    "accounts/social/connections/",
}  # fmt: skip
# Of who is about to sign in or up; whoever comes without the step before begins at the first.
LATER_STEPS = {
    "account_email_verification_sent", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn",
    "socialaccount_signup",
}  # fmt: skip
MEMBERS = {
    "account_email", "account_change_password", "account_set_password", "account_reauthenticate", "usersessions_list",
    "socialaccount_connections", "mfa_index", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn", "mfa_edit_webauthn",
}  # fmt: skip
# Allauth's own API: 401 says what is to be done next, where nobody is signed in.
APPS_EVERYBODYS = {"config", "session", "login", "signup", "confirm", "request", "reset", "verify", "resend"}
APPS_EVERYBODYS |= {"authenticate", "redirect", "token", "refresh"}
APPS_MEMBERS = {"reauthenticate", "change", "email", "phone", "providers", "authenticators", "totp"}
APPS_MEMBERS |= {"recovery-codes", "webauthn", "sessions"}


def pages() -> dict[str, str]:
    """{name, or what has none by its route: route}"""
    found = [one for one in addresses("") if not one.route.startswith((*ELSEWHERE, "_allauth/"))]
    return {one.name or one.route or "start": one.route for one in found}


def url_of(route: str) -> str:
    return "/" + re.sub(
        r"\^|\$|\\Z|<(\w+:)?\w+>|\(\?P<\w+>[^)]*\)", lambda part: NOWHERE if "<" in part[0] else "", route
    )


def test_every_page_has_a_rule():
    assert pages().keys() == EVERYBODYS | LATER_STEPS | MEMBERS


def test_every_address_of_allauths_api_has_a_rule():
    last = {address.route.rstrip("/").rpartition("/")[2] for address in addresses("_allauth/")}
    assert last == APPS_EVERYBODYS | APPS_MEMBERS


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_members_pages_send_others_to_sign_in(member, name):
    url = url_of(pages()[name])
    answer = APIClient().get(url)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    inside = client_of(member).get(url)
    assert inside.status_code != 302 or "/accounts/login/" not in inside["Location"]


@pytest.mark.parametrize("name", sorted(EVERYBODYS))
def test_everybodys_pages_ask_nobody_to_sign_in(stores, name):
    answer = APIClient().get(url_of(pages()[name]))
    assert answer.status_code < 500
    assert answer.status_code != 302 or "/accounts/login/" not in answer["Location"]


@pytest.mark.parametrize("name", sorted(LATER_STEPS))
def test_later_steps_without_the_first_lead_to_it(stores, name):
    answer = APIClient().get(url_of(pages()[name]))
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")


@pytest.mark.parametrize("client", ["app", "browser"])
@pytest.mark.parametrize("last", sorted(APPS_MEMBERS))
def test_members_part_of_allauths_api_asks_who_it_is(stores, client, last):
    for address in addresses(f"_allauth/{client}/"):
        if address.route.endswith(f"/{last}") and "/auth/webauthn/" not in address.route:
            assert APIClient().get(f"/{address.route}").status_code in (401, 405)
            assert APIClient().post(f"/{address.route}", {}).status_code in (400, 401, 403, 405, 409)
