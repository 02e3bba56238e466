"""What must happen by itself, again and again. Each app's `jobs.py` says what, by `@every`."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError

from movieverse.leases import Holder

LEASE = timedelta(seconds=30)
LEASE_NAME = "scheduler"

logger = logging.getLogger(__name__)


@dataclass
class Job:
    """Something short that may be interrupted, and done twice."""

    name: str
    run: Callable[[], None]
    interval: timedelta
    due: float = 0  # on this process's clock


JOBS: list[Job] = []


def every(interval: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(function: Callable[[], None]) -> Callable[[], None]:
        JOBS.append(Job(function.__name__.replace("_", " "), function, interval))
        return function

    return register


def run_due(holder: Holder, jobs: list[Job] | None = None) -> list[str]:
    """Run the jobs that are due, as long as this is the one scheduler that does. Returns the names of those run."""
    done = []
    for job in JOBS if jobs is None else jobs:
        if time.monotonic() >= job.due and holder.take(LEASE_NAME, LEASE):
            _run(job)
            done.append(job.name)
    return done


def _run(job: Job) -> None:
    job.due = time.monotonic() + job.interval.total_seconds()
    try:
        job.run()
    except DatabaseError as error:
        logger.warning("%s is done later: %s", job.name, error)
    except Exception:  # one job's fault is not the others'
        logger.exception("%s failed.", job.name)
