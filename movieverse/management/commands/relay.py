import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from movieverse.cache import levels
from movieverse.cache.tags import EVERYTHING
from movieverse.leases import Holder
from movieverse.outbox.relay import relay_all
from movieverse.processes import run_rounds

SHORTEST_REST, LONGEST_REST = 0.2, 5.0  # seconds


class Command(BaseCommand):
    help = "Tells the stores of each other's changes, as they are made. Any number of them may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="End when everything that can be told is told.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{relay_all():,} changes relayed.")
            return
        levels.touch([EVERYTHING])  # an earlier relay may have ended before it could say what it had done
        with Holder() as holder:
            run_rounds("relay", lambda: _round(holder))


def _round(holder: Holder) -> float:
    """After one in vain the rest is longer the longer that took: events that have to wait keep nobody busy."""
    start = time.monotonic()
    if relay_all(holder):
        return 0
    return min(max(SHORTEST_REST, 4 * (time.monotonic() - start)), LONGEST_REST)
