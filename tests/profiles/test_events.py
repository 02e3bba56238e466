"""`me/profile/events/`, where it is polled and as a stream from a process of its own."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings

from apps.profiles import live
from tests.test_commands import CLEAN

PATH = "/api/v1/me/profile/events/"


@pytest.fixture
def signed_in(member: Any, api: Any) -> Any:
    api.force_login(member)
    return api


def test_where_streams_are_polled_each_answer_is_the_profile_unless_it_is_known(signed_in: Any):
    profile = signed_in.get("/api/v1/me/profile/")
    answer = signed_in.get(PATH, headers={"Accept": "text/event-stream"})
    etag = profile["ETag"].strip('"')
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.content.decode() == f"retry: 1000\n\nevent: profile\nid: {etag}\ndata: {profile.content.decode()}\n\n"
    assert signed_in.get(PATH, headers={"Last-Event-ID": etag}).content == b"retry: 1000\n\n"


def test_polling_goes_on_while_the_store_is_away(signed_in: Any, take_away: Callable[[str], None]):
    take_away("profiles")
    answer = signed_in.get(PATH)
    assert answer.status_code == 200
    assert b"event: unavailable\n" in answer.content


def test_only_members_have_streams_and_a_stream_of_nothing_there_is_not(api: Any, signed_in: Any):
    assert signed_in.head(PATH).status_code == 405
    signed_in.logout()
    answer = api.get(PATH, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_an_unknown_parameter_is_refused_here_as_well(signed_in: Any):
    assert signed_in.get(f"{PATH}?fields=bio").json()["status"] == 400


_PREPARE = """
from django.core.management import call_command
from django.test import Client
from apps.accounts.models import User
call_command("migrate_all", verbosity=0)
for number in range(30):
    user = User.objects.create_user(email=f"member{number}@example.com", handle=f"member{number}", password=None)
    client = Client()
    client.force_login(user)
    print(user.pk, client.session.session_key)
"""


class Site:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = {"VAR_DIR": str(folder), "SECRET_KEY": "streams", "DEBUG": "false", "TRUSTED_PROXIES": "127.0.0.1"}
        self.environment = os.environ | CLEAN | own
        prepared = self._manage("shell", "--verbosity=0", "-c", _PREPARE)
        self.members = [(int(pk), key) for pk, key in map(str.split, prepared.splitlines())]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        target = ["--interface", "asginl", "--workers-kill-timeout", "1", "tests.profiles.hurried:application"]
        port = self.url.rpartition(":")[2]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--no-ws", "--log-level", "error", "--port", port, *target],
            cwd=settings.BASE_DIR,
            env=self.environment,
        )

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                requests.get(f"{self.url}/livez", timeout=5)
            except requests.ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            else:
                return

    def open(self, session_key: str) -> requests.Response:
        headers = {"X-Session-Token": session_key, "Accept": "text/event-stream"}
        answer = requests.get(self.url + PATH, headers=headers, stream=True, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer

    def open_soon(self, session_key: str) -> requests.Response:
        """It may take a moment until the server knows that others were closed."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with suppress(AssertionError):
                return self.open(session_key)
            time.sleep(0.1)
        return self.open(session_key)

    def write(self, statement: str, *values: Any) -> None:
        """Into the store of profiles, by another process than that of the streams: this one."""
        with closing(sqlite3.connect(self.folder / "profiles.sqlite3")) as connection, connection:
            connection.execute(statement, values)

    @property
    def worker(self) -> Path:
        (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return Path("/proc", child)

    @property
    def threads(self) -> int:
        return len(list((self.worker / "task").iterdir()))

    @property
    def connections(self) -> int:
        """To stores: files that are open."""
        return sum(str(file.readlink()).endswith(".sqlite3") for file in (self.worker / "fd").iterdir())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("streams"))
    made.wait()
    yield made
    made.process.terminate()
    try:
        assert made.process.wait(10) == 0
    finally:
        made.process.kill()


def lines_of(answer: requests.Response) -> Iterator[str]:
    """For as long as a test may wait. Who lets go of them closes the stream."""
    deadline = time.monotonic() + 5
    for line in answer.iter_lines(chunk_size=1):
        assert time.monotonic() < deadline
        yield line.decode()


def next_profile(lines: Iterator[str]) -> dict[str, Any]:
    data = next(line for line in lines if line.startswith("data: "))
    return json.loads(data.removeprefix("data: "))


def patch(site: Site, session_key: str, bio: str) -> str:
    """The ETag of what came of it."""
    headers = {"X-Session-Token": session_key, "If-Match": "*"}
    answer = requests.patch(f"{site.url}/api/v1/me/profile/", json={"bio": bio}, headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.headers["ETag"]


def test_another_processs_change_is_seen_within_a_second_and_one_without_a_version_soon(site: Site):
    member, session_key = site.members[0]
    patch(site, session_key, "by the API")
    with site.open(session_key) as answer:
        lines = lines_of(answer)
        assert next(lines) == "retry: 2000"
        assert next_profile(lines)["bio"] == "by the API"
        began = time.monotonic()
        site.write("UPDATE profiles_profile SET bio = 'elsewhere', version = version + 1 WHERE _id = ?", member)
        assert next_profile(lines)["bio"] == "elsewhere"
        assert time.monotonic() < began + 1
        site.write("UPDATE profiles_profile SET bio = 'behind our back' WHERE _id = ?", member)
        assert next_profile(lines)["bio"] == "behind our back"


def test_an_events_id_is_the_etag_with_which_the_profile_may_be_changed(site: Site):
    _, session_key = site.members[1]
    etag = patch(site, session_key, "with an ETag")
    with site.open(session_key) as answer:
        assert "id: " + etag.strip('"') in lines_of(answer)


def test_a_stream_is_a_stream_on_the_wire_and_shows_that_it_is_there(site: Site):
    with site.open(site.members[2][1]) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == ("no-store", "no")
        assert "Content-Encoding" not in answer.headers
        assert ": still there" in lines_of(answer)


def test_signing_out_ends_the_stream(site: Site):
    _, session_key = site.members[3]
    with site.open(session_key) as answer:
        lines = lines_of(answer)
        next_profile(lines)
        url = f"{site.url}/_allauth/app/v1/auth/session"
        requests.delete(url, headers={"X-Session-Token": session_key}, timeout=10)
        assert all(not line.startswith("event") for line in lines), "it goes on"


def test_refusals_are_problems(site: Site):
    answer = requests.get(site.url + PATH, headers={"Accept": "text/event-stream"}, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    session_key = site.members[4][1]
    with ExitStack() as stack:
        streams_open = [lines_of(stack.enter_context(site.open(session_key))) for _ in range(live.MOST_STREAMS)]
        assert all(map(next_profile, streams_open))
        refused = requests.get(site.url + PATH, headers={"X-Session-Token": session_key}, timeout=10, stream=True)
        assert refused.status_code == 429
        assert refused.json()["type"] == "/api/problems/too-many-streams/"


def test_streams_hold_no_threads_or_connections_and_their_ends_are_noticed(site: Site):
    keys = [session_key for _, session_key in site.members[5:25]] * live.MOST_STREAMS
    with ExitStack() as stack:
        open_ones = [lines_of(stack.enter_context(site.open(session_key))) for session_key in keys]
        assert all(map(next_profile, open_ones))
        assert site.threads < 40
        assert site.connections < 40
    for session_key in keys:  # as many again: nobody has any left
        site.open_soon(session_key).close()


def test_a_trusted_proxys_word_that_it_speaks_https_counts_here_as_well(site: Site):
    answer = requests.get(f"{site.url}/api/v1/", headers={"X-Forwarded-Proto": "https"}, timeout=10)
    assert answer.json()["me"].startswith("https://")
