"""Writes to accounts that are not allauth's own."""

from django.db import IntegrityError

import movieverse
from apps.accounts.models import User, fold_identifier
from movieverse.exceptions import DomainError


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
    return user
