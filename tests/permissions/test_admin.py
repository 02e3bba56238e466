"""Every page and action of the admin, asked by everybody: the rules say who may."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from rest_framework.test import APIClient

from tests.permissions.conftest import user_of
from tests.permissions.rules import ACTIONS, ADMIN, OTHER_PAGES, Who
from tests.permissions.urls import addresses

# By letter of the rules: the page, and how it is asked for.
PAGES = {"v": ("changelist", "GET"), "a": ("add", "GET"), "c": ("change", "POST"), "d": ("delete", "GET")}
EVERYBODYS = {"admin:login", "admin:logout", "admin:jsi18n"}  # jsi18n: words, and nothing of ours
NOWHERE = "999999999"
# Pages that are none without more.
PLACES = {
    "admin:app_list": "/admin/catalog/",
    "admin:autocomplete": "/admin/autocomplete/?app_label=account&model_name=emailaddress&field_name=user",
}


def models() -> dict[str, Any]:
    return {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}


def own_pages() -> list[str]:
    """Names of those that are of no model's usual five."""
    usual = {
        f"admin:{label.replace('.', '_')}_{page}"
        for label in models()
        for page in ("changelist", "add", "change", "delete", "history")
    }
    named = {address.name for address in addresses("admin/") if not address.name.endswith(":")}
    return sorted(named - usual - EVERYBODYS)


def test_every_model_page_and_action_has_a_rule():
    assert models().keys() == ADMIN.keys()
    assert set(own_pages()) == OTHER_PAGES.keys()
    assert {label: names for label, model_admin in models().items() if (names := actions_of(model_admin))} == {
        label: set(rules) for label, rules in ACTIONS.items()
    }


def actions_of(model_admin: Any) -> set[str]:
    """Those of lists. The others, unfold's, are pages of their own."""
    names = {name for _, name, _ in model_admin._get_base_actions()}
    return names - {"delete_selected"}


@pytest.mark.parametrize("who", Who)
def test_everybody_sees_the_pages_that_the_rules_say_and_no_more(ids, clients, subtests, who):
    client = clients(who)("write")
    for label, rules in ADMIN.items():
        for letter, (page, method) in PAGES.items():
            with subtests.test(f"{page} {label}"):
                assert may_see(client, url_of(label, page), method) == (letter in rules.get(who, ""))
    for name, allowed in OTHER_PAGES.items():
        with subtests.test(name):
            (route,) = {address.route for address in addresses("admin/") if address.name == name}
            assert may_see(client, PLACES.get(name) or "/" + re.sub(r"<(\w+:)?\w+>", NOWHERE, route)) == (
                who in allowed
            )


def url_of(label: str, page: str) -> str:
    place = {"changelist": "", "add": "add/"}.get(page, f"{NOWHERE}/{page}/")
    return f"/admin/{label.replace('.', '/')}/{place}"


def may_see(client: APIClient, url: str, method: str = "GET") -> bool:
    answer = getattr(client, method.lower())(url, format="multipart" if method == "POST" else None)
    if answer.status_code == 302 and "login" in answer["Location"]:
        return False
    assert answer.status_code in (200, 302, 400, 403, 404, 405), (url, answer.status_code)
    return bool(answer.status_code != 403)


@pytest.mark.parametrize("who", [Who.CURATOR, Who.MODERATOR, Who.ADMINISTRATOR])
def test_roles_are_offered_the_actions_of_the_rules_and_no_more(member, who, subtests):
    request = RequestFactory().get("/")
    request.user = user_of(who, member)
    for label, rules in ACTIONS.items():
        offered = set(models()[label].get_actions(request))
        for action, allowed in rules.items():
            with subtests.test(f"{action} of {label}"):
                assert (action in offered) == (who in allowed)
