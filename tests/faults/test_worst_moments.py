"""A process that is killed or frozen at the very moment where that would do most harm: chance rarely finds it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from django.conf import settings

from movieverse.engines.firebase.transactions import LEFT_OVER_AFTER
from tests.faults.conftest import Site, eventually, taken_away
from tests.faults.holdings import contradictions, holdings
from tests.faults.load import LONGEST
from tests.faults.moments import AWAY

MOVIE = 2
RATE = f"/api/v1/movies/{MOVIE}/rating/"

Struck = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def struck(environment: dict[str, str]) -> Iterator[Struck]:
    """Starts a process that does a task of the project and is struck at a moment: see `tests.faults.moments`."""
    with ExitStack() as stack:

        def start(number: signal.Signals, moment: str, task: str, **arguments: Any) -> subprocess.Popen[bytes]:
            words = ["-m", "tests.faults.moments", number.name, *moment.split(), task, json.dumps(arguments)]
            process = subprocess.Popen([sys.executable, *words], cwd=settings.BASE_DIR, env=environment)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def rated(site: Site, environment: dict[str, str]) -> dict[str, str]:
    """A change of a rating waits to be relayed."""
    eventually(site.ready, seconds=30)
    _rate(site, 3)
    _rate(site, 4)
    return environment


def _rate(site: Site, value: int) -> None:
    _write(site, "PUT", RATE, {"value": value})


def _write(site: Site, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    site.send(method, path, body).raise_for_status()


def _relay(environment: dict[str, str]) -> None:
    """By a relay that asks for no leases, so that it need not wait for those of the dead."""
    relay = [sys.executable, "manage.py", "relay", "--once"]
    subprocess.run(relay, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert not any(holdings(environment).left.values())


def _stands_still(process: subprocess.Popen[bytes]) -> None:
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


@pytest.mark.parametrize(
    "moment",
    [
        "before apps.reviews.events.ratings_project",
        "before movieverse.outbox.relay.append",
        "after movieverse.outbox.relay.append",
    ],
)
def test_what_a_relay_was_killed_over_is_done_by_the_next_one(rated: dict[str, str], struck: Struck, moment: str):
    relay = struck(signal.SIGKILL, moment, "movieverse.outbox.relay.relay", alias="reviews")
    assert relay.wait(30) == -signal.SIGKILL
    _relay(rated)
    assert contradictions(holdings(rated)) == []


def test_a_relay_that_was_frozen_over_what_it_had_read_overwrites_nothing_newer(
    site: Site, rated: dict[str, str], struck: Struck
):
    moment = "after apps.reviews.events.projections_of"
    frozen = struck(signal.SIGSTOP, moment, "movieverse.outbox.relay.relay", alias="reviews")
    _stands_still(frozen)
    _rate(site, 9)
    _relay(rated)
    frozen.send_signal(signal.SIGCONT)
    assert frozen.wait(30) == 0
    assert contradictions(holdings(rated)) == []


@pytest.mark.parametrize(
    "moment",
    [
        "before apps.reviews.services.ratings.shift_summary",
        "before apps.reviews.services.summaries.summaries_changed",
        "before movieverse.outbox.emitting.insert_later",
        "after movieverse.outbox.emitting.insert_later",
    ],
)
def test_of_a_rating_whose_process_was_killed_nothing_is_left(
    site: Site, rated: dict[str, str], struck: Struck, moment: str
):
    before = holdings(rated)
    rating = struck(signal.SIGKILL, moment, "apps.reviews.services.rating_set", **_another_rating(site))
    assert rating.wait(30) == -signal.SIGKILL
    assert holdings(rated) == before


@pytest.fixture
def frozen_at(site: Site, rated: dict[str, str], struck: Struck) -> Callable[[str], None]:
    """MariaDB is, when a rating comes to a moment; who makes it gives up in time."""

    def freeze(moment: str) -> None:
        rating = struck(signal.SIGSTOP, moment, "apps.reviews.services.rating_set", **_another_rating(site))
        _stands_still(rating)
        with taken_away("mysql", signal.SIGSTOP):
            start = time.monotonic()
            rating.send_signal(signal.SIGCONT)
            assert rating.wait(30) == AWAY
            assert time.monotonic() - start < LONGEST

    return freeze


def test_who_is_in_a_transaction_when_its_store_is_frozen_waits_once(
    rated: dict[str, str], frozen_at: Callable[[str], None]
):
    before = holdings(rated)
    frozen_at("before apps.reviews.services.ratings.shift_summary")
    assert holdings(rated) == before


def test_a_commit_that_got_no_answer_has_happened_as_a_whole_or_not_at_all(
    rated: dict[str, str], frozen_at: Callable[[str], None]
):
    frozen_at("after movieverse.outbox.emitting.insert_later")
    _relay(rated)
    assert contradictions(holdings(rated)) == []


def _another_rating(site: Site) -> dict[str, int]:
    return {"user_id": _user_id(site), "movie_id": MOVIE, "value": 10}


def _user_id(site: Site) -> int:
    return int(site.get("/api/v1/me/").json()["id"])


HALF_DONE = "before movieverse.engines.firebase.transactions.finishing"
PROFILE, WATCHLIST = "/api/v1/me/profile/", "/api/v1/me/watchlist/"


@pytest.fixture
def half_done(site: Site, rated: dict[str, str], struck: Struck) -> dict[str, str]:
    """Processes were killed after Firebase had taken their row, and before it had taken its event."""
    _write(site, "PATCH", PROFILE, {"display_name": "Whole"})
    _write(site, "PUT", f"{WATCHLIST}{MOVIE}/")
    site.send("DELETE", f"{WATCHLIST}{MOVIE + 1}/", None)  # if it is there
    _relay(rated)
    about = {"user_id": _user_id(site)}
    strike = partial(struck, signal.SIGKILL, HALF_DONE)
    killed = [
        strike("apps.profiles.services.profile_update", **about, display_name="Half done"),
        strike("apps.profiles.services.watchlist.watchlist_add", **about, movie_id=MOVIE + 1),
        strike("apps.profiles.services.watchlist.watchlist_remove", **about, movie_id=MOVIE),
    ]
    assert [process.wait(30) for process in killed] == [-signal.SIGKILL] * 3
    held = holdings(rated)
    assert len(held.left["profiles"]) == 3, held.left
    assert len(contradictions(held)) == 4  # the change log knows of nothing yet, nor do the accounts of the name
    return rated


def test_what_a_process_was_killed_over_halfway_through_firebase_the_relay_ends(site: Site, half_done: dict[str, str]):
    assert site.get(PROFILE).json()["display_name"] == "Half done"
    time.sleep(LEFT_OVER_AFTER / 1000)
    _relay(half_done)
    assert contradictions(holdings(half_done)) == []


def test_what_a_process_was_killed_over_halfway_through_firebase_the_next_write_ends(
    site: Site, half_done: dict[str, str]
):
    _write(site, "PATCH", PROFILE, {"bio": "Who writes next finds the note."})
    _write(site, "DELETE", f"{WATCHLIST}{MOVIE + 1}/")
    _write(site, "PUT", f"{WATCHLIST}{MOVIE}/")
    _relay(half_done)
    assert site.get(PROFILE).json()["display_name"] == "Half done"
    assert contradictions(holdings(half_done)) == []


def test_a_relay_that_was_frozen_over_a_note_undoes_nothing_newer(
    site: Site, half_done: dict[str, str], struck: Struck
):
    time.sleep(LEFT_OVER_AFTER / 1000)
    moment = "before movieverse.engines.firebase.rows.finishing"
    frozen = struck(signal.SIGSTOP, moment, "movieverse.outbox.relay.relay_all")
    _stands_still(frozen)
    _write(site, "PATCH", PROFILE, {"bio": "Written meanwhile."})
    _write(site, "PUT", f"{WATCHLIST}{MOVIE + 1}/")
    _write(site, "PUT", f"{WATCHLIST}{MOVIE}/")
    _relay(half_done)
    frozen.send_signal(signal.SIGCONT)
    assert frozen.wait(30) == 0
    _relay(half_done)
    assert contradictions(holdings(half_done)) == []
