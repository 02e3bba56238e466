"""Handles, and the names shown with them."""

from collections.abc import Mapping

from django.db import IntegrityError

import movieverse
from apps.accounts.models import Event, User, fold_identifier
from movieverse.exceptions import DomainError
from movieverse.outbox import emit


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
