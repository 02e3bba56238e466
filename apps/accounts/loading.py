"""Many accounts made at once, for seeds."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from movieverse.bulk import Counts, bulk_upsert


def users_load(*, handles: Sequence[str], domain: str, dry_run: bool = False) -> tuple[dict[str, int], Counts]:
    """Accounts nobody can sign in to, and their ids by handle.

    They are recognised by their address, handle@domain. Somebody else's account that has the handle is
    not theirs: such a handle fails, and has no id. In a dry run new accounts have ids that are nobody's.
    """
    emails = {f"{handle}@{domain}": handle for handle in handles}
    known = _ids(emails)
    others = set(User.objects.filter(handle__in=handles).exclude(email__in=known).values_list("handle", flat=True))
    new = [
        User(email=email, handle=handle, password=make_password(None))
        for email, handle in emails.items()
        if email not in known and handle not in others
    ]
    bulk_upsert(new, key=("email",), update_fields=[], dry_run=dry_run)
    ids = known | {user.email: -number for number, user in enumerate(new, 1)} if dry_run else _ids(emails)
    counts = Counts(created=len(ids) - len(known), unchanged=len(known), failed=len(emails) - len(ids))
    return {emails[email]: pk for email, pk in ids.items()}, counts


def _ids(emails: dict[str, str]) -> dict[str, int]:
    return dict(User.objects.filter(email__in=emails).values_list("email", "pk"))
