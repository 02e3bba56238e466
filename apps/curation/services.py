"""Reports on consistency, for the admin. A worker makes them."""

from django.utils import timezone

from apps.curation.models import GIVEN_UP_AFTER, ConsistencyReport
from apps.curation.tasks import make_report
from movieverse.exceptions import DomainError
from movieverse.mail import QUEUE_AWAY

_KEPT = 20


class AlreadyRunning(DomainError):
    code = "already-running"
    detail = "A check is running, or waiting for a worker. Its report comes first."


def report_request(*, by: int | None, repairs: bool = False) -> ConsistencyReport:
    """Have a worker check, or repair and check. Of the reports the last ones are kept."""
    alive = timezone.now() - GIVEN_UP_AFTER
    if ConsistencyReport.objects.filter(finished_at=None, alive_at__gt=alive).exists():
        raise AlreadyRunning
    report = ConsistencyReport.objects.create(by_id=by, repairs=repairs)
    try:
        make_report.enqueue(report_id=report.pk)
    except QUEUE_AWAY as error:
        report.finished_at, report.error = timezone.now(), f"The queue does not answer: {error}"
        report.save(update_fields=["finished_at", "error"])
    _prune()
    return report


def _prune() -> None:
    kept = list(ConsistencyReport.objects.order_by("-pk").values_list("pk", flat=True)[:_KEPT])
    ConsistencyReport.objects.exclude(pk__in=kept).delete()
