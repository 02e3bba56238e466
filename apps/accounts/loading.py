"""Many accounts made at once, for seeds."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from movieverse.bulk import Counts, bulk_upsert


def users_load(*, handles: Sequence[str], domain: str) -> tuple[dict[str, int], Counts]:
    """Accounts nobody can sign in to, and their ids by handle.

    They are recognised by their address, handle@domain. Somebody else's account that has the handle is
    not theirs: such a handle fails, and has no id.
    """
    emails = {f"{handle}@{domain}": handle for handle in handles}
    known = _ids(emails)
    others = set(User.objects.filter(handle__in=handles).exclude(email__in=known).values_list("handle", flat=True))
    new = [
        User(email=email, handle=handle, password=make_password(None))
        for email, handle in emails.items()
        if email not in known and handle not in others
    ]
    bulk_upsert(new, key=("email",), update_fields=[])
    ids = _ids(emails)
    counts = Counts(created=len(ids) - len(known), unchanged=len(known), failed=len(emails) - len(ids))
    return {emails[email]: pk for email, pk in ids.items()}, counts


def _ids(emails: dict[str, str]) -> dict[str, int]:
    return dict(User.objects.filter(email__in=emails).values_list("email", "pk"))
