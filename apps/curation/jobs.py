from datetime import timedelta

from django.utils import timezone

from apps.curation.erasing.finishing import erasures_go_on, erasures_look_back
from apps.curation.exporting import shelf
from apps.curation.exporting.tasks import make_export
from apps.curation.models import ConsistencyReport
from apps.curation.portability.services import exports_prune
from apps.curation.services import report_request
from movieverse.scheduler import every


@every(timedelta(seconds=15))
def erase_who_is_to_be_erased() -> None:
    erasures_go_on()


@every(timedelta(minutes=10))
def look_back_at_erasures() -> None:
    erasures_look_back()


@every(timedelta(hours=1))
def prune_personal_exports() -> None:
    exports_prune()


@every(timedelta(hours=1))
def check_consistency_once_a_day() -> None:
    """By the reports, not by the scheduler's clock, which begins anew with every scheduler."""
    if not ConsistencyReport.objects.filter(requested_at__gt=timezone.now() - timedelta(days=1)).exists():
        report_request(by=None)


@every(timedelta(hours=1))
def export_once_a_day() -> None:
    """By the exports there are: in the first hour of a day, for there is none of that day yet."""
    if shelf.is_due():
        make_export.enqueue()
