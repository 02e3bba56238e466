"""From the deleted account to the receipt. All of it may be done again, by anybody, at any time."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connections
from django.db.models import QuerySet
from django.utils import timezone

import movieverse
from apps.accounts.models import Event
from apps.curation.erasing.beginning import erasure_begin
from apps.curation.erasing.receipts import receipt_of
from apps.curation.exporting import shelf
from apps.curation.exporting.tasks import make_export
from apps.curation.models import Erasure
from movieverse import personal
from movieverse.cache import levels
from movieverse.cache.tags import touched_by
from movieverse.mail import QUEUE_AWAY
from movieverse.outbox import emit
from movieverse.outbox.models import EDIT, Action, Change
from movieverse.outbox.stores import outboxes
from movieverse.stores import STORES

# Who was signed in as the account went may have written one thing more.
LOOKED_AFTER = timedelta(hours=1)
_OF_MEMBERS = ("user", "profile", "watchlist", "diary")  # kinds of events whose ids are members'

logger = logging.getLogger(__name__)


def erasures_go_on() -> None:
    """Begin those that are due, and finish those whose stores have forgotten the member."""
    for erasure in Erasure.objects.filter(state=Erasure.State.WAITING, due_at__lte=timezone.now()):
        _go_on(erasure)
    for erasure in Erasure.objects.filter(state=Erasure.State.RUNNING):
        _go_on(erasure)


def erasures_look_back() -> None:
    """See that those finished of late are still complete."""
    for erasure in Erasure.objects.filter(state=Erasure.State.DONE, finished_at__gt=timezone.now() - LOOKED_AFTER):
        _looked_at(erasure, forgotten_at)


def _go_on(erasure: Erasure) -> None:
    _looked_at(erasure, lambda one: erasure_finish(erasure=erasure_begin(erasure=one)))


def _looked_at(erasure: Erasure, look: Callable[[Erasure], Any]) -> None:
    """One that fails keeps no other from going on."""
    try:
        look(erasure)
    except DatabaseError as error:
        logger.warning("Erasure %s goes on later: %s", erasure.pk, error)
    except Exception:
        logger.exception("Erasure %s failed, and is tried again.", erasure.pk)


def erasure_finish(*, erasure: Erasure) -> Erasure:
    """Close it with its receipt, if nothing is left. Raises StoreUnavailable where that cannot be known."""
    if erasure.state == Erasure.State.RUNNING and (finished_at := forgotten_at(erasure)):
        return _close(erasure, finished_at)
    return erasure


def forgotten_at(erasure: Erasure) -> datetime | None:
    """As of when no store has anything of the member any more. None while they are at it, or have to be told again."""
    user_id = erasure.user_id
    if personal.is_anything_left(user_id):
        _tell_again(erasure)
        return None
    _discard_dead_letters(user_id)
    if any(events.exists() for events in _events(user_id)) or _edits_to_come(user_id):
        return None
    moment = timezone.now()
    Change.objects.filter(kind__in=_OF_MEMBERS, object_id=user_id).update(data={})
    levels.erase(touched_by([("user", user_id), ("profile", user_id)]) | {"tags", "tags:*"})
    _renew_exports(erasure, moment)
    for alias in STORES:
        connections[alias].leave_no_traces()  # type: ignore[attr-defined]
    return moment


@movieverse.atomic("default")
def _tell_again(erasure: Erasure) -> None:
    """Where the event was lost, or came too early for what was written as the account went."""
    if not Event.objects.filter(kind="user", object_id=erasure.user_id).exists():
        data = {"rater": erasure.rater} if erasure.rater else {}
        emit([Event(kind="user", object_id=erasure.user_id, action=Action.DELETED, data=data)])


def _events(user_id: int) -> Iterator[QuerySet[Any]]:
    """Those that the stores have yet to tell each other, or cannot."""
    for model in outboxes().values():
        if not model.KINDS.keys().isdisjoint(_OF_MEMBERS):
            yield model.objects.filter(kind__in=_OF_MEMBERS, object_id=user_id)


def _edits_to_come(user_id: int) -> bool:
    """Whether somebody's edit of what was the member's is yet to be told. Dead letters of that go."""
    waiting = False
    for model in outboxes().values():
        edits = [event for event in model.objects.filter(kind=EDIT) if event.data["member_id"] == user_id]
        waiting |= any(event.dead_at is None for event in edits)
        model.objects.filter(pk__in=[event.pk for event in edits if event.dead_at]).delete()
    return waiting


def _discard_dead_letters(user_id: int) -> None:
    """Their reasons may quote somebody."""
    for events in _events(user_id):
        events.filter(dead_at__isnull=False).delete()


def _renew_exports(erasure: Erasure, moment: datetime) -> None:
    """Exports that may have the member's reviews in them go; another one is made at once."""
    if "reviews" in erasure.removed.get("reviews", {}) and shelf.drop_made_before(erasure.finished_at or moment):
        with suppress(*QUEUE_AWAY):  # then the scheduler has it made
            make_export.enqueue()


@movieverse.atomic("default")
def _close(erasure: Erasure, finished_at: datetime) -> Erasure:
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.state == Erasure.State.RUNNING:
        erasure.state, erasure.finished_at = Erasure.State.DONE, finished_at
        erasure.receipt = receipt_of(erasure)
        erasure.rater = ""
        erasure.save(update_fields=["state", "finished_at", "receipt", "rater"])
    return erasure
