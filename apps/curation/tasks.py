import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from apps.curation.consistency import check, repair, told
from apps.curation.models import ConsistencyReport
from apps.insights.batches import Reader

_MOST = 50  # findings of a code that are kept
_MOST_IN_ALL = 1_000
_HEARTBEAT = timedelta(seconds=5)

logger = logging.getLogger(__name__)


class _HeardOfReader(Reader):
    """Lets the report tell that its worker lives."""

    def __init__(self, report: ConsistencyReport) -> None:
        self.report, self.due = report, 0.0

    def watched(self, batches: Iterator[list[Any]], of: QuerySet[Any] | None = None) -> Iterator[list[Any]]:
        for batch in batches:
            if time.monotonic() > self.due:
                self.due = time.monotonic() + _HEARTBEAT.total_seconds()
                ConsistencyReport.objects.filter(pk=self.report.pk).update(alive_at=timezone.now())
            yield batch


@task()
def make_report(*, report_id: int) -> None:
    """Once, however often it is called."""
    now = timezone.now()
    if not ConsistencyReport.objects.filter(pk=report_id, started_at=None).update(started_at=now, alive_at=now):
        return
    report = ConsistencyReport.objects.get(pk=report_id)
    try:
        _fill(report, _HeardOfReader(report))
    except Exception as error:
        logger.exception("The consistency report failed.")
        report.error = f"{report.error}\n{error}".strip()
    report.finished_at = timezone.now()
    report.save(update_fields=["finished_at", "rows", "findings", "repaired", "error"])


def _fill(report: ConsistencyReport, read: Reader) -> None:
    if report.repairs:
        done = repair(read)
        report.repaired, report.error = dict(done.rows), "\n".join(done.failures)
    found = check(read, most=_MOST)
    report.rows = dict(found.rows)
    report.findings = [told(finding) for kept in found.kept.values() for finding in kept][:_MOST_IN_ALL]
