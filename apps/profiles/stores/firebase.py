"""Firebase tells by itself: one connection of this process hears of every profile that is written."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

from django.db import connections
from django.utils import timezone

from apps.profiles.models import Profile
from apps.profiles.stores import Listened
from movieverse.engines.firebase.listening import listen

OVERLAP = timedelta(seconds=5)  # for clocks that differ


def changes(listened: Listened, stopped: Event) -> Iterator[set[int] | None]:
    for keys in listen("profiles", Profile._meta.db_table, "updated_at", _a_moment_ago, stopped):
        yield None if keys is None else {int(key) for key in keys if key.isdecimal()}


def _a_moment_ago() -> object:
    """As the store keeps it."""
    return connections["profiles"].ops.adapt_datetimefield_value(timezone.now() - OVERLAP)
