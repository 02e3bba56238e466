"""Writes to accounts that are not allauth's own."""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.db.models import Q

import movieverse
from apps.accounts.models import Event, User, fold_identifier
from movieverse.exceptions import DomainError
from movieverse.outbox import emit
from movieverse.outbox.models import Action


class HandleTaken(DomainError):
    code = "handle-taken"
    detail = "Another member has this handle."


def handle_change(*, user: User, handle: str) -> User:
    """Give a member another public name. Raises ValidationError for one that is none."""
    renamed = User.objects.get(pk=user.pk)
    renamed.handle = fold_identifier(handle)
    renamed.clean_fields(exclude={field.name for field in User._meta.fields} - {"handle"})
    try:
        return _save_handle(renamed)
    except IntegrityError:
        raise HandleTaken from None


@movieverse.atomic("default")
def _save_handle(user: User) -> User:
    user.save(update_fields=["handle"])
    emit([Event(kind="user", object_id=user.pk)])
    return user


def users_named(*, names: Mapping[int, str]) -> None:
    """Show these names beside what the accounts write; an empty one leaves them their handle."""
    for user_id, name in names.items():
        User.objects.filter(pk=user_id).exclude(name=name).update(name=name)


class EmailTaken(DomainError):
    code = "email-taken"
    detail = "Another account has confirmed this e-mail address."


@movieverse.atomic("default")
def user_save(*, user: User) -> User:
    """Save an account as it stands. Of its addresses a changed one takes the old one's place, yet to be confirmed."""
    old = User.objects.filter(pk=user.pk).values_list("email", flat=True).first()
    user.save()
    if old != user.email:
        _refuse_if_confirmed_by_another(user)
    if old not in (None, user.email):
        _replace_address(user, old)
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


def _refuse_if_confirmed_by_another(user: User) -> None:
    """Allauth signs in the account that has confirmed an address, and no other."""
    if EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user).exists():
        raise EmailTaken


def _replace_address(user: User, old: str) -> None:
    """Whatever address allauth has on record still signs in and is sent links that set a password."""
    addresses = EmailAddress.objects.filter(user=user)
    addresses.filter(Q(email=old) | Q(primary=True)).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True})
