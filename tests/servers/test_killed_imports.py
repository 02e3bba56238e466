"""An import that is killed again and again, and whose undoing is: it ends as if nothing had happened."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

pytestmark = pytest.mark.servers

DATABASE = "test_movieverse_imports"
KILLS = 3
HELD = 90  # seconds, at the most
OTHERS = ("DATABASE_URL", "REVIEWS_DATABASE_URL", "PROFILES_DATABASE_URL", "REDIS_URL")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A catalogue of its own on the real server; the other stores are files."""
    from pymongo import MongoClient

    url = urlunsplit(urlsplit(os.environ["CATALOG_DATABASE_URL"])._replace(path=f"/{DATABASE}"))
    own = {"CATALOG_DATABASE_URL": url, "VAR_DIR": str(tmp_path), "SECRET_KEY": "imports", "STORE_TIMEOUT": "20"}
    own["DJANGO_SETTINGS_MODULE"] = "movieverse.settings"
    values = {name: value for name, value in os.environ.items() if name not in OTHERS} | own
    with MongoClient(url) as client:
        client.drop_database(DATABASE)
        subprocess.run([sys.executable, "manage.py", "migrate_all"], cwd=settings.BASE_DIR, env=values, check=True)
        yield values
        client.drop_database(DATABASE)


def started(environment: dict[str, str], step: str, import_id: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.servers.importing", step, str(import_id)]
    process = subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def done(environment: dict[str, str], step: str, import_id: int) -> Any:
    """Again while the server still holds, for a minute, what a killed process was about to write."""
    until = time.monotonic() + HELD
    while True:
        output, _ = (process := started(environment, step, import_id)).communicate(timeout=120)
        if process.returncode == 0:
            return json.loads(output)
        assert time.monotonic() < until
        time.sleep(2)


def killed(environment: dict[str, str], step: str, import_id: int, seconds: float, chance: random.Random) -> None:
    """Several times, each a little later on average."""
    for turn in range(KILLS):
        process = started(environment, step, import_id)
        time.sleep(chance.uniform(0, seconds * (turn + 1) / KILLS))
        process.kill()
        process.communicate()


def test_an_import_and_its_undoing_may_be_killed_anywhere(environment: dict[str, str]):
    chance = random.Random(8)
    done(environment, "load", 1)
    before = done(environment, "tell", 1)
    began = time.monotonic()
    done(environment, "load", 2)
    seconds, whole = time.monotonic() - began, done(environment, "tell", 2)
    assert done(environment, "undo", 2) == []
    assert done(environment, "tell", 1) == before
    killed(environment, "load", 3, seconds, chance)
    done(environment, "load", 3)
    assert done(environment, "tell", 3) == whole
    killed(environment, "undo", 3, seconds, chance)
    assert done(environment, "undo", 3) == []
    assert done(environment, "tell", 1) == before
    assert before["findings"] == whole["findings"] == []
    assert whole["counts"]["movies"] == [160, 160]
