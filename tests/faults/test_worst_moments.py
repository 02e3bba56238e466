"""A process that is killed or frozen at the very moment where that would do most harm: chance rarely finds it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings

from tests.faults.conftest import Site, eventually, taken_away
from tests.faults.holdings import contradictions, holdings
from tests.faults.load import LONGEST

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
    site.send("PUT", RATE, {"value": value}).raise_for_status()


def _relay(environment: dict[str, str]) -> None:
    """By a relay that asks for no leases, so that it need not wait for those of the dead."""
    code = "from movieverse.outbox import relay, stores; [relay.relay(alias) for alias in stores.outboxes()]"
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    subprocess.run(shell, cwd=settings.BASE_DIR, env=environment, check=True)
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
            assert rating.wait(30) == 1
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
    return {"user_id": site.get("/api/v1/me/").json()["id"], "movie_id": MOVIE, "value": 10}
