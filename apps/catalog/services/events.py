"""Telling the other stores, within the transaction that changes a row."""

from collections.abc import Iterable

from apps.catalog.models import Event
from movieverse.outbox import emit
from movieverse.outbox.models import Action


def saved(kind: str, ids: Iterable[int]) -> None:
    emit([Event(kind=kind, object_id=pk) for pk in dict.fromkeys(ids)])


def deleted(kind: str, ids: Iterable[int]) -> None:
    emit([Event(kind=kind, object_id=pk, action=Action.DELETED) for pk in dict.fromkeys(ids)])


def merged(kind: str, pk: int, into: int) -> None:
    """Nobody forgets what was said of it: that follows it."""
    emit([Event(kind=kind, object_id=pk, action=Action.MERGED, data={"into": into})])
