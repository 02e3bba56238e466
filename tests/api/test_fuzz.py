"""Whatever is sent, no operation of the schema fails, and none answers what the schema does not know.

`make fuzz` sends for minutes what is sent here once, and each time something else.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.roles import Role
from apps.accounts.services import role_set
from tests.api.world import Ids, make_owner, make_world
from tests.factories import PASSWORD, make_user

SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))  # for each role; 0: once through
EXAMPLES = 4 if SECONDS == 0 else 20  # of an operation, each time

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

EXPECTED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@contextmanager
def connections_stay() -> Iterator[None]:
    """As with Django's own client, which a sign-in has used: what a test is inside of is not closed by a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(stores: None, search_index: Callable[[], None]) -> Ids:
    ids = make_world(make_owner())
    search_index()
    return ids


def signed_in(role: str) -> dict[str, str]:
    if role == "anonymous":
        return {}
    user = role_set(user=make_user(role), role=Role(role), by=None)
    answer = APIClient().post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD})
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


def operations() -> list[Any]:
    """Each as a client that wants all members sees it, and as one that narrows the answer by `fields`.

    What is deleted is deleted last.
    """
    whole = SchemaGenerator().get_schema(request=None, public=True)
    found = [result.ok() for spec in (without_fields(whole), without_required(whole)) for result in loaded(spec)]
    return sorted(found, key=lambda operation: operation.method == "delete")


def loaded(spec: dict[str, Any]) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(spec)
    schema.app = WSGIHandler()
    return schema.get_all_operations()


def without_fields(whole: dict[str, Any]) -> dict[str, Any]:
    spec = deepcopy(whole)
    for item in spec["paths"].values():
        for operation in item.values():
            operation["parameters"] = [one for one in operation.get("parameters", ()) if one["name"] != "fields"]
    return spec


def without_required(whole: dict[str, Any]) -> dict[str, Any]:
    """Of reads that take `fields`: its members are there if they are named."""
    spec = deepcopy(whole)
    for path, item in spec["paths"].items():
        read = item.get("get", {})
        spec["paths"][path] = (
            {"get": read} if any(one["name"] == "fields" for one in read.get("parameters", ())) else {}
        )
    for component in spec["components"]["schemas"].values():
        component.pop("required", None)
        if "oneOf" in component:  # less than a whole row may be one of several kinds
            component["anyOf"] = component.pop("oneOf")
    return spec


@pytest.mark.parametrize("role", ["anonymous", "member", "curator"])
def test_nothing_that_is_sent_breaks_the_schema(ids, role, subtests):
    headers, end = {"Accept-Encoding": "identity", **signed_in(role)}, time.monotonic() + SECONDS
    found = operations()
    assert found
    while True:
        for operation in found:
            with subtests.test(operation.label), connections_stay():
                send(operation, ids, headers)
            if SECONDS and time.monotonic() > end:
                return
        if not SECONDS:
            return


def send(operation: Any, ids: Ids, headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=SECONDS == 0,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), there=st.booleans())
    def sent(case: Any, there: bool) -> None:
        if there and case.path_parameters:
            case.path_parameters.update({name: ids[name] for name in case.path_parameters if name in ids})
        case.call_and_validate(headers=headers, checks=EXPECTED)

    sent()
