"""Every method of every address of the API, asked by everybody: the rules say who may."""

import re
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.api.world import REQUIRED
from tests.permissions.rules import API, RULES, Who
from tests.permissions.urls import addresses

HOME = "api/v1/"
# What the problems' types say where somebody may not; other refusals are those of a service, to whom may ask it.
REFUSALS = {"not-authenticated", "authentication-failed", "permission-denied", "insufficient-scope", "session-required"}
UNSEEN = '"0-0"'  # a version that no row has: who may write is told so, and nothing is written


def operations() -> list[tuple[str, str, str]]:
    """Route, method, rule; what is deleted is deleted last."""
    rows = [(route, method, rule) for route, methods in API.items() for method, rule in methods.items()]
    there = {(address.route.removeprefix(HOME), method) for address in addresses(HOME) for method in address.methods}
    return sorted((row for row in rows if row[:2] in there), key=lambda row: row[1] == "DELETE")


def test_every_method_of_every_address_has_a_rule():
    for address in addresses(HOME):
        rules = API.get(address.route.removeprefix(HOME))
        assert rules is not None, f"{address.route} has no rule in tests/permissions/rules.py"
        without = [method for method in address.methods if method not in rules]
        assert not without, f"{', '.join(without)} {address.route}: no rule in tests/permissions/rules.py"


def test_every_rule_is_of_an_address():
    assert API.keys() <= {address.route.removeprefix(HOME) for address in addresses(HOME)}


@pytest.mark.parametrize("who", Who)
def test_everybody_may_what_the_rules_say_and_no_more(ids, clients, subtests, who):
    client_for = clients(who)
    for route, method, rule in operations():
        allowed, scope = RULES[rule]
        scope = scope and scope.replace("of the method", "read" if method == "GET" else "write")
        with subtests.test(f"{method} {route}"):
            check(ask(client_for(scope), method, url_of(route, ids)), who in allowed, rule)


def url_of(route: str, ids: dict[str, Any]) -> str:
    path = f"/{HOME}{route}"
    template = re.sub(r"<\w+:(\w+)>", r"{\1}", path)
    return template.format_map(ids) + REQUIRED.get(template, "")


def ask(client: APIClient, method: str, url: str) -> Any:
    body = None if method in ("GET", "DELETE") else {}
    return getattr(client, method.lower())(url, body, headers={"If-Match": UNSEEN})


def check(answer: Any, may: bool, rule: str) -> None:
    of_somebody = rule.startswith("author")
    if may:
        assert not is_refusal(answer), answer.content
        assert not (of_somebody and answer.status_code == 404), answer.content
    elif of_somebody and answer.status_code == 404:
        return  # whose it is not need not learn that it is there
    else:
        assert is_refusal(answer), (answer.status_code, answer.content)


def is_refusal(answer: Any) -> bool:
    if answer.status_code not in (401, 403):
        return False
    return answer.json()["type"].split("/")[-2] in REFUSALS
