"""A member who is erased while each server is away: it ends complete when that is back."""

import json
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from tests.curation.leaving import HANDLE, SAID, WORDS
from tests.faults.conftest import taken_away
from tests.faults.raw import everything
from tests.faults.test_store_away import STORE_OF

LEAVE_TRACES = """
import time
from apps.accounts.models import User
from apps.catalog.models import Movie
from django.test import Client
from movieverse.cache import levels
from tests.curation.leaving import make_leaving

leaving = make_leaving(*Movie.objects.order_by("pk")[:2])
levels.current().subscription.start()
while not levels.current().subscription.is_prompt():
    time.sleep(0.05)
for path in (f"users/{leaving.handle}/", f"reviews/?author_id={leaving.pk}", "movies/1/reviews/?fields=body"):
    answer = Client(headers={"host": "localhost"}).get(f"/api/v1/{path}")
    assert answer["X-Cache"] == "miss", (path, answer.status_code, answer.headers)
print(leaving.pk)
"""


def found(environment: dict[str, str]) -> dict[str, set[str]]:
    places: dict[str, set[str]] = {}
    for place, text in everything(environment):
        for word in WORDS:
            if word in text:
                places.setdefault(word, set()).add(place)
    return places


@pytest.fixture
def run(environment: dict[str, str]) -> Any:
    def call(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command, values = [sys.executable, *arguments], environment | {"CACHE_SOURCE": "cache"} | more
        return subprocess.run(
            command, cwd=settings.BASE_DIR, env=values, capture_output=True, text=True, timeout=120, check=False
        )

    return call


@pytest.fixture
def leaving(run: Any, environment: dict[str, str]) -> str:
    """The id of who has left traces everywhere, committed, and all of them are found."""
    made = run("manage.py", "shell", "--no-imports", "-c", LEAVE_TRACES)
    assert made.returncode == 0, made.stderr
    places = found(environment)
    assert places.keys() == set(WORDS)
    redis = {place.rpartition(":")[0] for names in places.values() for place in names}
    assert {"movieverse:answers", "rq:job"} <= redis
    return made.stdout.split()[-1]


@pytest.mark.parametrize("server", ["postgresql", "mysql", "mongodb", "firebase", "redis"])
def test_what_is_begun_ends_complete_when_the_server_is_back(leaving: str, run: Any, environment: Any, server: str):
    begin = json.dumps({"command_name": "erase_user", "user": HANDLE, "yes": True})
    struck = ("SIGKILL", "after", "apps.curation.erasing.beginning._begin", "django.core.management.call_command")
    assert run("-m", "tests.faults.moments", *struck, begin).returncode == -signal.SIGKILL
    with taken_away(server, signal.SIGKILL):
        stopped = run("manage.py", "erase_user", leaving, "--yes", STORE_TIMEOUT="2")
        assert (stopped.returncode, "Traceback" in stopped.stderr) == (1, False), stopped.stderr
        assert f"The {STORE_OF[server]} store does not answer" in stopped.stderr
    goes_on = run("manage.py", "erase_user", leaving, "--yes")
    assert goes_on.returncode == 0, goes_on.stderr
    assert json.loads(goes_on.stdout)["statement"]["removed"]["reviews"] == SAID
    assert found(environment) == {}
