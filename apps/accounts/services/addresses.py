"""Accounts as the admin writes them: their e-mail addresses are those that allauth signs in."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q

import movieverse
from apps.accounts.models import Event, User
from apps.accounts.selectors import ban_of
from apps.accounts.services.bans import sign_out_everywhere
from apps.accounts.services.edits import account_edit
from movieverse.exceptions import DomainError
from movieverse.outbox import emit
from movieverse.outbox.models import Action


class Banned(DomainError):
    code = "banned"
    detail = "This member is banned. Only lifting the ban lets them in again."


class EmailTaken(DomainError):
    code = "email-taken"
    detail = "Another account has confirmed this e-mail address."


@movieverse.atomic("default")
def user_save(*, user: User, by: User | None = None) -> User:
    """Save an account as it stands. Of its addresses a changed one takes the old one's place, yet to be confirmed.

    Who is deactivated is signed out everywhere.
    """
    stored = User.objects.select_for_update().filter(pk=user.pk).first()
    if stored and user.is_active and ban_of(stored):
        raise Banned
    user.save()
    if stored is None or stored.email != user.email:
        _refuse_if_confirmed_by_another(user)
    if stored and stored.email != user.email:
        _replace_address(user, stored.email)
    if stored and stored.is_active and not user.is_active:
        sign_out_everywhere(user)
    if stored:
        account_edit(user=user, by=by, **_changes(stored, user))
    emit([Event(kind="user", object_id=user.pk)])
    return user


@movieverse.atomic("default")
def user_delete(*, user: User, rater: str = "") -> None:
    """Delete an account; what hangs on it in the other stores follows.

    Where a `rater` is named, a word that nobody knows, reviews and ratings stay as theirs.
    """
    data = {"rater": rater} if rater else {}
    emit([Event(kind="user", object_id=user.pk, action=Action.DELETED, data=data)])
    User.objects.filter(pk=user.pk).delete()  # user.delete() would forget the id, and may be run again


def _changes(before: User, after: User) -> dict[str, tuple[Any, Any]]:
    """Not which addresses: who reads edits need not see them."""
    told = ("handle", "is_active", "is_staff", "is_superuser")
    address = ("one address", "one address" if before.email == after.email else "another")
    return {name: (getattr(before, name), getattr(after, name)) for name in told} | {"email": address}


def _refuse_if_confirmed_by_another(user: User) -> None:
    """Allauth signs in the account that has confirmed an address, and no other."""
    if EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user).exists():
        raise EmailTaken


def _replace_address(user: User, old: str) -> None:
    """Whatever address allauth has on record still signs in and is sent links that set a password."""
    addresses = EmailAddress.objects.filter(user=user)
    addresses.filter(Q(email=old) | Q(primary=True)).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True})
