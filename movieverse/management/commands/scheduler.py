import time
from typing import Any

from django.core.management.base import BaseCommand

from movieverse.exceptions import StoreUnavailable
from movieverse.leases import Holder
from movieverse.processes import until_stopped
from movieverse.scheduler import JOBS, LEASE_NAME, run_due


class Command(BaseCommand):
    help = "Does what must happen by itself: relays what was left, prunes what is old. Of several one works at a time."

    def handle(self, *args: Any, **options: Any) -> None:
        for job in JOBS:
            self.stdout.write(f"every {job.interval}: {job.name}")
        self.stdout.flush()
        holder = Holder()
        with until_stopped():
            try:
                while True:
                    self._run_due(holder)
                    time.sleep(1)
            finally:
                holder.release(LEASE_NAME)

    def _run_due(self, holder: Holder) -> None:
        try:
            run_due(holder)
        except StoreUnavailable as error:
            self.stderr.write(str(error))
