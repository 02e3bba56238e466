"""What processes do that a test kills, by `python -m tests.faults.moments`."""

import json
import os
import signal
import sys
from typing import Any

from django.core.management import call_command

from apps.catalog.digest import digests
from apps.imports.tmdb.checkpoint import Checkpoint
from apps.insights.batches import reader
from apps.insights.soundness import findings


def seed(ids: str) -> None:
    call_command("seed", "tmdb", "--ids", ids)


def seed_until_the_first_batch_is_noted(ids: str) -> None:
    advance = Checkpoint.advance

    def advance_and_end(*args: Any) -> None:
        advance(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    Checkpoint.advance = advance_and_end  # type: ignore[method-assign]
    seed(ids)


def seed_and_tell(ids: str) -> None:
    seed(ids)
    json.dump([digests(), [str(finding) for finding in findings(reader(quiet=True))]], sys.stdout)
