from typing import Any

from django.core.management.base import BaseCommand

from movieverse.leases import Holder
from movieverse.processes import run_rounds
from movieverse.scheduler import JOBS, run_due


class Command(BaseCommand):
    help = "Does what must happen by itself: relays what was left, prunes what is old. Of several one works at a time."

    def handle(self, *args: Any, **options: Any) -> None:
        for job in JOBS:
            self.stdout.write(f"every {job.interval}: {job.name}")
        self.stdout.flush()
        with Holder() as holder:
            run_rounds("scheduler", lambda: _round(holder))


def _round(holder: Holder) -> float:
    run_due(holder)
    return 1
