from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.imports.tus import desk_of


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where uploads lie."""
    settings.UPLOADS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def desk(curator: User, folder: Path) -> APIClient:
    """A curator who uploads."""
    return desk_of(curator)
