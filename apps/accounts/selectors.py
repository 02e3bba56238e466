"""Reads that other apps need of accounts."""

from collections.abc import Iterable

from apps.accounts.models import User, fold_identifier


def handles_by_id(user_ids: Iterable[int]) -> dict[int, str]:
    """Public names of accounts, in one query. Ids without an account are left out."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "handle"))


def user_id_of(handle: str) -> int | None:
    """The account with this handle, in whatever spelling."""
    return User.objects.filter(handle=fold_identifier(handle)).values_list("pk", flat=True).first()
