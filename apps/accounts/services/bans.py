"""Bans: who is shut out, and let in again."""

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

import movieverse
from apps.accounts.models import Ban, Event, PersonalToken, User
from apps.accounts.selectors import ban_of
from apps.accounts.services.edits import account_edit
from movieverse.exceptions import DomainError
from movieverse.outbox import emit


class BanRefused(DomainError):
    status = 403
    code = "ban-refused"


class NotBanned(DomainError):
    status = 404
    code = "not-found"
    detail = "This member is not banned."


@movieverse.atomic("default")
def user_ban(*, user: User, by: User | None, reason: str) -> tuple[Ban, bool]:
    """Shut a member out, at once and everywhere. False with the ban that there was already, which stays as it is."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    _check_may_ban(stored, by)
    if ban := ban_of(stored):
        return ban, False
    if not stored.is_active:
        raise BanRefused("This account is deactivated: nobody signs in to it anyway.")
    ban = Ban(user=stored, by=by, reason=reason.strip())
    if not ban.reason:
        raise ValidationError({"reason": "A ban has a reason."})
    ban.clean_fields(exclude=["by", "lifted_at", "lifted_by"])
    ban.save(force_insert=True)
    _set_active(stored, False, by)
    return ban, True


@movieverse.atomic("default")
def user_unban(*, user: User, by: User | None, reason: str = "") -> Ban:
    """Let a member in again. Sessions and tokens of before do not come back."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    _check_may_ban(stored, by)
    ban = ban_of(stored)
    if ban is None:
        raise NotBanned
    ban.lifted_at, ban.lifted_by, ban.lifted_reason = timezone.now(), by, reason.strip()
    ban.clean_fields(exclude=["by", "lifted_by"])
    ban.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    _set_active(stored, True, by)
    return ban


def _set_active(user: User, active: bool, by: User | None) -> None:
    account_edit(user=user, by=by, is_active=(user.is_active, active))
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        sign_out_everywhere(user)
    emit([Event(kind="user", object_id=user.pk)])


def sign_out_everywhere(user: User) -> None:
    """End all sessions, and revoke all tokens."""
    User.objects.filter(pk=user.pk).update(times_signed_out=F("times_signed_out") + 1)
    PersonalToken.objects.filter(user=user).delete()


def _check_may_ban(user: User, by: User | None) -> None:
    if by is None:
        return
    if user.pk == by.pk:
        raise BanRefused("Nobody bans themselves.")
    if by.is_superuser:
        return
    if not (by.is_staff and by.has_perm("accounts.ban_user")):
        raise BanRefused("Only a moderator bans members.")
    if user.is_superuser or user.is_staff:
        raise BanRefused("Only a superuser bans those who may use the admin.")
