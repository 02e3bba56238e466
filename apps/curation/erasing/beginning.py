"""The moment from which there is no way back: the account goes, and with it the last that knew name and address."""

import secrets
from collections.abc import Set
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

import movieverse
from apps.accounts.models import User
from apps.accounts.services import user_delete
from apps.curation.erasing import mails
from apps.curation.models import ConsistencyReport, Erasure
from movieverse import personal
from movieverse.mail import forget_mails

Removed = dict[str, dict[str, int]]


def erasure_begin(*, erasure: Erasure) -> Erasure:
    """Delete the account, once, however often this is called. Raises StoreUnavailable before anything is deleted.

    All stores are asked first what they have of the member, for the receipt. One that is away is waited for.
    """
    if erasure.state != Erasure.State.WAITING:
        return erasure
    removed = personal.counted(erasure.user_id)
    user = User.objects.filter(pk=erasure.user_id).first() or User(pk=erasure.user_id)
    forget_mails(_addresses(user))
    if _begin(erasure, user, removed) and user.email:
        mails.tell_begun(user, erasure)
    return Erasure.objects.get(pk=erasure.pk)


@movieverse.atomic("default")
def _begin(erasure: Erasure, user: User, removed: Removed) -> bool:
    """False where somebody else has begun it, or it was withdrawn."""
    begun = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if begun.state != Erasure.State.WAITING:
        return False
    begun.state, begun.begun_at, begun.removed = Erasure.State.RUNNING, timezone.now(), removed
    begun.rater = secrets.token_hex(16) if settings.ERASURE_REVIEWS == "ANONYMISE" else ""
    begun.save(update_fields=["state", "begun_at", "removed", "rater"])
    _forget_name(user)
    user_delete(user=user, rater=begun.rater)
    Erasure.objects.filter(user_id=user.pk, state=Erasure.State.WITHDRAWN).delete()
    return True


def _addresses(user: User) -> Set[str]:
    return {user.email, *EmailAddress.objects.filter(user_id=user.pk).values_list("email", flat=True)} - {""}


def _forget_name(user: User) -> None:
    """What others did with the account stays in the admin's log, and reports stay, but without what it was called."""
    nameless: Any = {"object_repr": f"user {user.pk}", "change_message": ""}
    _log_of(User).filter(object_id=str(user.pk)).update(**nameless)
    others = EmailAddress.objects.exclude(user_id=user.pk).values_list("email", flat=True)
    named = set(_log_of(EmailAddress).values_list("object_repr", flat=True))  # also by those that somebody has deleted
    gone = named - set(others.filter(email__in=named))
    _log_of(EmailAddress).filter(object_repr__in=gone).update(**nameless)
    for report in ConsistencyReport.objects.all():
        kept = [finding for finding in report.findings if not _is_about(finding, user.pk)]
        if kept != report.findings:
            report.findings = kept
            report.save(update_fields=["findings"])


def _log_of(model: Any) -> Any:
    return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))


def _is_about(finding: dict[str, Any], user_id: int) -> bool:
    return finding["kind"] in ("user", "profile") and finding["id"] == user_id
