"""Every server and the relay are killed and frozen under a load of writes; then every promise is held to.

`docs/faults.md` says which line to break to see which of these fail.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

from tests.faults.conftest import eventually, taken_away
from tests.faults.holdings import Holdings, contradictions, holdings
from tests.faults.load import LONGEST, Answer, Load, Thing
from tests.faults.parts import LOG, Parts, running

ROUNDS = int(os.environ.get("FAULT_ROUNDS") or 1)
FROZEN = 10 if ROUNDS > 1 else 4  # seconds
DEAD = 2
DRAINED = 120

VICTIMS = ("postgresql", "mysql", "mongodb", "firebase", "redis", "relay")
UNLIMITED = {f"RATE_LIMIT_{name}": "1000000000" for name in ("ANONYMOUS", "MEMBER", "WRITES")}

logger = logging.getLogger(__name__)


class Aftermath(NamedTuple):
    environment: dict[str, str]
    load: Load
    held: Holdings
    ended: list[object]


@pytest.fixture(scope="module")
def aftermath(environment: dict[str, str]) -> Aftermath:
    """All the rounds, and then the end of the load and of everything that was still to be relayed."""
    environment = environment | UNLIMITED
    with running(environment) as parts:
        with Load(parts.site.address) as load:
            load.goes_on()
            for number in range(1, ROUNDS + 1):
                for victim in VICTIMS:
                    _strike(parts, load, victim, signal.SIGKILL, DEAD)
                    _strike(parts, load, victim, signal.SIGSTOP, FROZEN)
                logger.info("round %s of %s: %s", number, ROUNDS, _figures(load))
        _drain(environment)
        ended = parts.ended()
    return Aftermath(environment, load, holdings(environment), ended)


def _strike(parts: Parts, load: Load, victim: str, number: signal.Signals, seconds: float) -> None:
    with _away(parts, victim, number):
        time.sleep(seconds)
    start = time.monotonic()
    load.goes_on()
    logger.info("%s %s; all go on after %.1f s", victim, number.name, time.monotonic() - start)


def _away(parts: Parts, victim: str, number: signal.Signals) -> AbstractContextManager[None]:
    return parts.relay_taken_away(number) if victim == "relay" else taken_away(victim, number)


def _drain(environment: dict[str, str]) -> None:
    def nothing_is_left() -> bool:
        return not any(holdings(environment).left.values())

    start = time.monotonic()
    try:
        eventually(nothing_is_left, DRAINED)
        logger.info("all was relayed %.1f s after the end of the load", time.monotonic() - start)
    except AssertionError:
        logger.error("the relays have left %s", holdings(environment).left)  # what that broke the tests tell


def _figures(load: Load) -> str:
    statuses = Counter(answer.status for answer in load.answers)
    slowest = max(load.answers, key=lambda answer: answer.seconds)
    refused = statuses.pop(503, 0)
    return (
        f"{len(load.answers):,} requests, {load.acknowledged:,} writes acknowledged, {refused:,} refused (503), "
        f"{statuses.total() - statuses[200]:,} otherwise; the slowest took {slowest.seconds:.2f} s ({slowest.request})"
    )


def test_every_answer_is_the_right_one_or_503(aftermath: Aftermath):
    wrong = [answer for answer in aftermath.load.answers if answer.status not in (200, 503)]
    assert not wrong, f"{_most_telling(wrong)}\n{_logged_errors(aftermath.environment)}"


def test_every_answer_comes_in_time(aftermath: Aftermath):
    late = [answer for answer in aftermath.load.answers if answer.seconds > LONGEST]
    assert not late, _most_telling(late)


def _most_telling(answers: list[Answer]) -> str:
    shown = sorted(answers, key=lambda answer: -answer.seconds)[:10]
    return "\n".join([f"{len(answers)} answers, such as", *map(str, shown)])


def _logged_errors(environment: dict[str, str]) -> str:
    """Why: chance seldom does it again, and the log goes with its folder."""
    lines = (Path(environment["VAR_DIR"]) / LOG).read_text().splitlines()
    return "\n".join([line for line in lines if '"level": "ERROR"' in line][:10])


def test_members_always_read_what_they_were_told(aftermath: Aftermath):
    assert [found for member in aftermath.load.members for found in member.contradictions] == []


def test_everything_acknowledged_is_there(aftermath: Aftermath):
    held = aftermath.held
    stored: dict[tuple[int, Thing], object] = {}
    stored |= {(user, ("rating", movie)): value for user, movie, value in held.ratings}
    stored |= {(user, ("review", movie)): body for user, movie, body in held.reviews}
    stored |= {(user, ("tag", movie, text)): text for user, movie, text in held.tags}
    stored |= {(user, ("name",)): name for user, (name, _) in held.profiles.items()}
    stored |= {(user, ("wanted", movie)): True for user, movie in held.watchlist}
    lost = [
        f"{thing} of user {member.user_id} is {found}, and should be {' or '.join(map(str, may_be))}"
        for member in aftermath.load.members
        for thing, may_be in member.may_be.items()
        if (found := stored.get((member.user_id, thing))) not in may_be
    ]
    assert not lost, "\n".join([f"{len(lost)} are lost:", *lost[:10]])


def test_nothing_contradicts_itself_within_the_stores(aftermath: Aftermath):
    found = contradictions(aftermath.held)
    assert not found, "\n".join([f"{len(found)} contradictions:", *found[:10]])


def test_every_event_is_relayed_and_none_is_a_dead_letter(aftermath: Aftermath):
    assert not any(aftermath.held.left.values()), aftermath.held.left


def test_no_process_but_those_that_were_killed_has_ended(aftermath: Aftermath):
    assert aftermath.ended == []


@pytest.mark.parametrize("command", [["seed", "verify"], ["consistency", "--json"]], ids=" ".join)
def test_the_projects_own_checks_find_nothing(aftermath: Aftermath, command: list[str]):
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=aftermath.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
