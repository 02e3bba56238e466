"""For how long rejected rows are kept. How many there were, an import tells for good."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.imports.models import Import, RejectedRow

_AT_ONCE = 1_000


def rows_prune() -> None:
    """Forget those of imports that ended long ago, but for what a retry goes by that has not."""
    before = timezone.now() - timedelta(days=settings.REJECTED_ROWS_KEPT_DAYS)
    for import_id in list(_with_rows().filter(ended_at__lt=before).values_list("pk", flat=True)):
        if import_id not in _retried_since(before):  # asked each time, for a retry may be begun meanwhile
            _forget(import_id)


def rows_forget() -> None:
    """Forget those of members who are gone: of their imports nobody knows any more whose they were."""
    for row in _with_rows().filter(by=None).only("by", "files"):
        if row.is_nobodys:
            _forget(row.pk)


def _with_rows() -> QuerySet[Import]:
    return Import.objects.filter(Exists(RejectedRow.objects.filter(imported=OuterRef("pk")))).order_by()


def _retried_since(moment: datetime) -> set[int]:
    """A retry of a retry goes by the rows of both: by what was put right for either."""
    lately = Import.objects.filter(Q(ended_at=None) | Q(ended_at__gte=moment), rows_again=True, retry_of__isnull=False)
    retried: set[int] = set()
    found = set(lately.values_list("retry_of_id", flat=True))
    while found:
        retried |= found
        before = Import.objects.filter(pk__in=found, rows_again=True, retry_of__isnull=False)
        found = set(before.values_list("retry_of_id", flat=True))
    return retried


def _forget(import_id: int) -> None:
    """Some rows at a time, so that nobody waits for long."""
    rows = RejectedRow.objects.filter(imported_id=import_id).order_by("pk").values_list("pk", flat=True)
    while some := list(rows[:_AT_ONCE]):
        RejectedRow.objects.filter(pk__in=some).delete()
