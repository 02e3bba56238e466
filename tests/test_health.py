from typing import Any

import pytest
from django.db import connections
from django.test import Client

from movieverse import health
from movieverse.exceptions import StoreUnavailable

ALIASES = {"default", "reviews", "catalog", "profiles"}


def test_livez_asks_no_store(client: Client):
    assert client.get("/livez").json() == {"status": "ok"}


@pytest.mark.usefixtures("stores")
def test_readyz_names_every_store(client: Client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["stores"].keys() >= ALIASES
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("stores")
def test_readyz_names_a_store_that_does_not_answer_and_keeps_the_reason_to_itself(client: Client, monkeypatch: Any):
    def away(alias: str) -> None:
        if alias == "reviews":
            raise StoreUnavailable(alias, "REVIEWS_DATABASE_URL", "connection to db.internal refused")

    monkeypatch.setattr(health, "_ping_store", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert {name for name, state in answer.json()["stores"].items() if not state["ok"]} == {"reviews"}
    assert "db.internal" not in answer.content.decode()


def test_an_unavailable_store_is_one_line_that_says_what_to_check():
    error = connections["catalog"].unavailable("first line\n  second line")
    assert str(error) == (
        "The catalog store does not answer (first line second line). "
        "Check CATALOG_DATABASE_URL and that its server is running."
    )
