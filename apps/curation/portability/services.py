"""Asking for one's data, and what becomes of it."""

from datetime import timedelta

from django.utils import timezone

import movieverse
from apps.accounts.models import User
from apps.curation.models import PersonalExport
from apps.curation.portability import files
from apps.curation.portability.tasks import make_personal_export
from movieverse.exceptions import StoreUnavailable
from movieverse.mail import QUEUE_AWAY

ONE_IN = timedelta(hours=1)


def export_request(*, user: User) -> PersonalExport:
    """Have a worker make one. Who has asked within the hour gets that one, unless it has failed."""
    export, is_new = _request(user)
    if is_new:
        try:
            make_personal_export.enqueue(export_id=str(export.pk))
        except QUEUE_AWAY as error:
            export.delete()
            raise StoreUnavailable("redis", "REDIS_URL", error) from error
    return export


@movieverse.atomic("default")
def _request(user: User) -> tuple[PersonalExport, bool]:
    User.objects.select_for_update().get(pk=user.pk)  # of two requests at once the second one finds the first
    latest = PersonalExport.objects.filter(user=user, requested_at__gt=timezone.now() - ONE_IN).first()
    if latest and latest.state != "failed":
        return latest, False
    return PersonalExport.objects.create(user=user), True


def exports_prune() -> None:
    """Those that are too old, and those that failed. The file goes first: without the row nobody would know it."""
    too_old = timezone.now() - PersonalExport.KEPT
    for export in PersonalExport.objects.filter(requested_at__lt=too_old):
        files.delete(export.user_id, f"{export.pk}.zip")
        export.delete()
