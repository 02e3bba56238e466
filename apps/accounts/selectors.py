"""Reads that other apps need of accounts."""

from collections.abc import Iterable

from apps.accounts.models import User


def handles_by_id(user_ids: Iterable[int]) -> dict[int, str]:
    """Public names of accounts, in one query. Ids without an account are left out."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "handle"))
