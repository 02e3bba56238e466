"""Reads that other apps need of accounts."""

from collections.abc import Iterable
from typing import NamedTuple

from allauth.account.models import EmailAddress

from apps.accounts.models import Ban, User, fold_identifier
from apps.accounts.roles import PERMISSIONS, Role


def handles_by_id(user_ids: Iterable[int]) -> dict[int, str]:
    """Public names of accounts, in one query. Ids without an account are left out."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "handle"))


class Author(NamedTuple):
    handle: str
    name: str


def author(user: User) -> Author:
    return Author(user.handle, user.name or user.handle)


def authors_by_id(user_ids: Iterable[int]) -> dict[int, Author]:
    """What accounts are called beside what they write, in one query. Ids without an account are left out."""
    users = User.objects.filter(pk__in=set(user_ids)).only("handle", "name")
    return {user.pk: author(user) for user in users}


def user_by_handle(handle: str) -> User | None:
    """The account with this handle, in whatever spelling."""
    folded = fold_identifier(handle)
    return None if "\0" in folded else User.objects.filter(handle=folded).first()


def member_by_handle(handle: str) -> User | None:
    """As `user_by_handle`, but for accounts that have been deactivated: of those nothing is shown."""
    user = user_by_handle(handle)
    return user if user and user.is_active else None


def user_id_of(handle: str) -> int | None:
    user = user_by_handle(handle)
    return user.pk if user else None


def user_known_as(handle_or_email: str) -> User | None:
    """The account with this handle, or this e-mail address."""
    if "@" not in handle_or_email.lstrip("@"):
        return user_by_handle(handle_or_email.lstrip("@"))
    return User.objects.filter(email=fold_identifier(handle_or_email)).first()


def role_of(user: User) -> Role:
    """A superuser may do all that an administrator may, whatever else."""
    if user.is_superuser:
        return Role.ADMINISTRATOR
    held = set(user.groups.filter(name__in=PERMISSIONS).values_list("name", flat=True))
    return next((role for role in PERMISSIONS if role in held), Role.MEMBER)


def has_confirmed_address(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def ban_of(user: User) -> Ban | None:
    """The one that holds."""
    return Ban.objects.filter(user=user, lifted_at=None).select_related("user", "by").first()


def inactive_ids(user_ids: Iterable[int]) -> set[int]:
    """Those of the accounts whose members cannot sign in: of what they say nothing is shown."""
    return set(User.objects.filter(pk__in=set(user_ids), is_active=False).values_list("pk", flat=True))
