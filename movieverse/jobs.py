"""What the project itself needs done now and then."""

from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from movieverse import edits
from movieverse.api import idempotency
from movieverse.leases import Holder
from movieverse.outbox import changes
from movieverse.outbox.relay import relay_all
from movieverse.scheduler import every

_RELAYING = 3  # seconds at each outbox


@every(timedelta(seconds=5))
def relay_what_was_left() -> None:
    """By a process that died after its commit, or where no relay runs. Of much a part: other jobs are due, too."""
    with Holder() as holder:
        relay_all(holder, seconds=_RELAYING)


@every(timedelta(hours=1))
def prune_change_log() -> None:
    changes.prune(timezone.now() - timedelta(days=settings.CHANGES_KEPT_DAYS))


@every(timedelta(hours=1))
def prune_edits() -> None:
    edits.prune(timezone.now() - timedelta(days=settings.EDITS_KEPT_DAYS))


@every(timedelta(hours=1))
def prune_kept_answers() -> None:
    while idempotency.prune():
        pass


@every(timedelta(hours=1))
def prune_sessions() -> None:
    call_command("clearsessions")


@every(timedelta(hours=1))
def prune_finished_tasks() -> None:
    """Of the embedded queue; Redis forgets by itself."""
    if not settings.REDIS_URL:
        call_command("prune_db_task_results", verbosity=0)
