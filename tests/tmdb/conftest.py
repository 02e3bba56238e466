from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.imports.tmdb import client
from tests.tmdb.server import TOKEN, Tmdb, served


@pytest.fixture
def tmdb(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Tmdb]:
    """A TMDB that the settings name, and a client that is quick to try again."""
    monkeypatch.setattr(client, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(client, "READ_TIMEOUT", 0.5)
    settings.VAR_DIR = tmp_path
    settings.TMDB_TOKEN, settings.TMDB_API_KEY = TOKEN, ""
    settings.TMDB_REQUESTS_PER_SECOND = 10_000
    with served() as (server, settings.TMDB_URL):
        yield server
