from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User


@pytest.fixture
def desk(curator: User, client: Client) -> Client:
    """A client signed in as a curator who may do everything."""
    client.force_login(curator)
    return client


@pytest.fixture
def queries_by_store() -> Any:
    """Call a function and learn how many queries it sent to each store."""

    def count(call: Any) -> dict[str, int]:
        captures = {alias: CaptureQueriesContext(connections[alias]) for alias in connections}
        for capture in captures.values():
            capture.__enter__()
        try:
            call()
        finally:
            for capture in captures.values():
                capture.__exit__(None, None, None)
        return {alias: len(capture) for alias, capture in captures.items()}

    return count
