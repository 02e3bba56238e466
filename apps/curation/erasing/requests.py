"""What a member, or somebody for them, may ask for."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

import movieverse
from apps.accounts.models import User, fold_identifier
from apps.curation.erasing import mails
from apps.curation.models import Erasure
from movieverse.exceptions import DomainError

WAITING = Erasure.State.WAITING


class NoErasure(DomainError):
    status, code = 404, "not-found"
    detail = "Your account is not about to be erased."


def confirm(*, user: User, handle: str, password: str) -> None:
    """Raises ValidationError unless whoever asks knows whom they are about to erase, and is them."""
    if fold_identifier(handle) != user.handle:
        raise ValidationError({"handle": "This is not your handle."})
    if user.has_usable_password() and not user.check_password(password):
        raise ValidationError({"password": "This is not your password."})


def erasure_request(*, user: User) -> Erasure:
    """Erase the account when the grace period is over. Who asks again is told of the first time."""
    erasure, is_new = _request(user, timedelta(days=settings.ERASURE_GRACE_DAYS))
    if is_new:
        mails.tell_requested(user, erasure)
    return erasure


@movieverse.atomic("default")
def _request(user: User, grace: timedelta) -> tuple[Erasure, bool]:
    User.objects.select_for_update().get(pk=user.pk)  # of two requests at once the second one finds the first
    if waiting := waiting_erasure(user.pk):
        return waiting, False
    return Erasure.objects.create(user_id=user.pk, due_at=timezone.now() + grace), True


def erasure_due(*, user: User) -> Erasure:
    """One that waits for nothing any more."""
    erasure, _ = _request(user, timedelta(0))
    Erasure.objects.filter(pk=erasure.pk, state=WAITING).update(due_at=timezone.now())
    return erasure


def erasure_withdraw(*, user: User) -> None:
    """As long as it is not due: from then on somebody may be just about to begin."""
    waiting = Erasure.objects.filter(user_id=user.pk, state=WAITING, due_at__gt=timezone.now())
    if not waiting.update(state=Erasure.State.WITHDRAWN):
        raise NoErasure


def waiting_erasure(user_id: int) -> Erasure | None:
    return Erasure.objects.filter(user_id=user_id, state=WAITING).first()
