"""The worker as a process of its own, on Redis."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

pytestmark = pytest.mark.servers

TO, CODE = "ada@example.org", "VDWL-XFDW"
SEND = f"""
from movieverse.mail import send_mail
send_mail.enqueue(subject="Your code", body="{CODE}", from_email="movieverse@localhost", to=["{TO}"])
"""

Manage = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def manage(tmp_path: Path) -> Iterator[Manage]:
    """Starts a command of an installation with a queue of its own, and embedded stores."""
    if not os.environ.get("REDIS_URL"):
        pytest.skip("there is no Redis")
    import redis

    url = urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/9"))
    own = {"REDIS_URL": url, "VAR_DIR": str(tmp_path), "SECRET_KEY": "worker", "DEBUG": ""}
    own["DJANGO_SETTINGS_MODULE"] = "movieverse.settings"
    stores = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    options: dict[str, Any] = {"cwd": settings.BASE_DIR, "env": stores | own, "text": True}
    (tmp_path / "static").mkdir()
    yield lambda *words: subprocess.Popen([sys.executable, "manage.py", *words], stderr=subprocess.PIPE, **options)
    redis.from_url(url).flushdb()


def test_its_log_tells_of_each_job_and_not_what_it_was_called_with(manage: Manage):
    assert manage("shell", "-c", SEND).wait(60) == 0
    worker = manage("worker")
    too_long = Timer(60, worker.kill)
    too_long.start()
    try:
        log = list(_until_it_is_done(worker))
    finally:
        too_long.cancel()
        worker.terminate()
        worker.wait(10)
    assert "movieverse.mail.send_mail state=SUCCESSFUL" in log[-1], log
    assert not any(said in line for line in log for said in (TO, CODE)), log


def _until_it_is_done(worker: subprocess.Popen[str]) -> Iterator[str]:
    assert worker.stderr
    for line in worker.stderr:
        yield line
        if "SUCCESSFUL" in line:
            return
