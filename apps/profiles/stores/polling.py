"""For stores that tell nobody: one small query again and again, for all members listened for."""

from collections.abc import Iterator
from threading import Event

from django.db import close_old_connections

from apps.profiles.models import Profile
from apps.profiles.stores import Listened
from movieverse.bulk import batched

EVERY = 0.4  # seconds
_BATCH = 500


def changes(listened: Listened, stopped: Event) -> Iterator[set[int]]:
    known: dict[int, object] = {}
    while not stopped.wait(EVERY):
        members = list(listened())
        found = dict.fromkeys(members) | _states(members)
        # Who is new may have changed since somebody last looked.
        changed = {member for member in found if member not in known or known[member] != found[member]}
        known = found
        if changed:
            yield changed


def _states(members: list[int]) -> dict[int, object]:
    close_old_connections()
    return {
        pk: state
        for batch in batched(members, _BATCH)
        for pk, *state in Profile.objects.filter(pk__in=batch).values_list("pk", "version", "updated_at")
    }
