"""Locks: which facts of a row data sets leave alone."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.exceptions import ValidationError

import movieverse
from apps.catalog.documents import Origin
from apps.catalog.models import Event
from apps.catalog.models.base import DescribedModel
from apps.catalog.services import events
from apps.catalog.services.rows import locked, written_by
from movieverse import edits

Described = TypeVar("Described", bound=DescribedModel)


def facts_lock(*, row: Described, facts: Iterable[str], by: int | None, version: int | None = None) -> Described:
    """No data set replaces them any more."""

    def lock(origin: Origin | None) -> Origin:
        mine = written_by(by)
        return {**mine, "source": origin["source"], "at": origin["at"]} if origin else mine

    return _relock(row, list(facts), lock, by, version)


def facts_unlock(
    *, row: Described, facts: Iterable[str], by: int | None = None, version: int | None = None
) -> Described:
    """The next data set that tells of them replaces them."""

    def unlock(origin: Origin | None) -> Origin | None:
        return {**origin, "locked": False} if origin else None

    return _relock(row, list(facts), unlock, by, version)


@movieverse.atomic("catalog")
def locks_set(*, row: Described, facts: Iterable[str], by: int | None, version: int | None = None) -> Described:
    """Let these facts be locked, and no others. Who had locked one before is still who did."""
    row, wanted = locked(row, version) or row, list(facts)
    if gone := [fact for fact in row.FACTS if row.is_locked(fact) and fact not in wanted]:
        row = facts_unlock(row=row, facts=gone, by=by)
    if new := [fact for fact in wanted if not row.is_locked(fact)]:
        row = facts_lock(row=row, facts=new, by=by)
    return row


@movieverse.atomic("catalog")
def _relock(
    row: Described,
    facts: list[str],
    change: Callable[[Origin | None], Origin | None],
    by: int | None,
    version: int | None,
) -> Described:
    if unknown := [fact for fact in facts if fact not in row.FACTS]:
        raise ValidationError({"facts": f"There is no fact {unknown[0]!r}. There are {', '.join(row.FACTS)}."})
    stored = locked(row, version)
    if stored is None:
        return row
    changed, before = {fact: change(stored.origins.get(fact)) for fact in facts}, _locks(stored)
    stored.origins = {**stored.origins, **{fact: origin for fact, origin in changed.items() if origin}}
    stored.version += 1
    stored.save(update_fields=["origins", "version", "updated_at"])
    events.saved(row.COUNTER, [row.pk])
    edits.note(Event, kind=row.COUNTER, row=stored, by=by, changes={"locks": (before, _locks(stored))})
    return stored


def _locks(row: DescribedModel) -> list[str]:
    return [fact for fact in row.FACTS if row.is_locked(fact)]
