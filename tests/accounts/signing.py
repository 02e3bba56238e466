"""Signing up and in over allauth's headless API, as an app does it."""

import re
from typing import Any

from django.core import mail
from rest_framework.test import APIClient

from tests.factories import PASSWORD

APP = "/_allauth/app/v1/"
AUTH = f"{APP}auth/"


def sign_up(api: APIClient, **changes: str) -> Any:
    return api.post(
        f"{AUTH}signup", {"email": "alice@example.com", "username": "alice", "password": PASSWORD} | changes
    )


def sign_in(api: APIClient, email: str = "member@example.com", password: str = PASSWORD) -> Any:
    return api.post(f"{AUTH}login", {"email": email, "password": password})


def confirm(api: APIClient, answer: Any, code: str = "") -> Any:
    """Send the code that the newest mail has."""
    return api.post(f"{AUTH}email/verify", {"key": code or code_in(mail.outbox[-1])}, headers=token_of(answer))


def token_of(answer: Any) -> dict[str, str]:
    return {"X-Session-Token": answer.json()["meta"]["session_token"]}


def code_in(message: Any) -> str:
    found = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", message.body, re.MULTILINE)
    assert found, message.body
    return found[0]


def pending(answer: Any) -> list[str]:
    """What is yet to be done before somebody is signed in."""
    assert answer.status_code == 401, answer.content
    return [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
