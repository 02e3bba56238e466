import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from movieverse.exceptions import StoreUnavailable
from movieverse.leases import Holder
from movieverse.outbox.relay import relay_all
from movieverse.processes import until_stopped

IDLE_SECONDS = 0.2


class Command(BaseCommand):
    help = "Tells the stores of each other's changes, as they are made. Any number of them may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="End when everything that can be told is told.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = relay_all()
            self.stdout.write(f"{done:,} changes relayed.")
            return
        holder = Holder()
        with until_stopped():
            while True:
                if not self._relay(holder):
                    time.sleep(IDLE_SECONDS)

    def _relay(self, holder: Holder) -> int:
        try:
            return relay_all(holder)
        except StoreUnavailable as error:  # the accounts store, without which there are no leases and no log
            self.stderr.write(str(error))
            time.sleep(1)
            return 0
