"""What accounts show of the names that members chose, against the profiles that these are taken from."""

from collections.abc import Iterator

from apps.accounts.models import User
from apps.insights.batches import Reader
from apps.insights.soundness.finding import Finding
from apps.profiles.selectors import display_names
from movieverse.outbox.stores import pending_ids

_BATCH = 1_000
_SHOWN = User.objects.only("pk", "name")


def displayed_names(read: Reader) -> Iterator[Finding]:
    for users in read.rows(_SHOWN, _BATCH):
        chosen = display_names(user.pk for user in users)
        yield from _confirmed({user.pk for user in users if user.name != chosen[user.pk]})


def _confirmed(user_ids: set[int]) -> Iterator[Finding]:
    """A name that has not changed while its account was read, and of which no event is on its way, is shown."""
    if not user_ids:
        return
    chosen = display_names(user_ids)
    settled = user_ids - pending_ids("profiles", "profile", user_ids)
    users = list(_SHOWN.filter(pk__in=settled).order_by("pk"))
    still = display_names(settled)
    for user in users:
        due = chosen[user.pk]
        if due == still[user.pk] and user.name != due:
            yield Finding("user", user.pk, f"is shown as {user.name!r}; the profile says {due!r}", "user-name", user.pk)
