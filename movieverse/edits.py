"""Who changed what: what somebody has made of a row that is others' to see, fact by fact, from what to what.

It is noted in the transaction that makes the change, in the outbox of its store. The relay brings it to where the edits
of all stores are read together, and for as long as EDITS_KEPT_DAYS.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from movieverse.models import Edit
from movieverse.outbox import emit
from movieverse.outbox.models import EDIT, Event

Changes = dict[str, tuple[Any, Any]]


def note(
    model: type[Event],
    *,
    kind: str,
    row: Model,
    by: int | None,
    changes: Mapping[str, tuple[Any, Any]],
    action: str = Edit.Action.CHANGED,
    member_id: int | None = None,
) -> None:
    """Note within movieverse.atomic that somebody has changed a row. What nobody signed in has done is no edit.

    `model` is the outbox of the row's store, `member_id` whose row it is, where it is a member's.
    """
    if by is None or not changes:
        return
    told = json.loads(json.dumps(changes, cls=DjangoJSONEncoder))
    data = {"kind": kind, "name": str(row)[:200], "action": action, "by": by, "member_id": member_id, "changes": told}
    emit([model(kind=EDIT, object_id=row.pk if isinstance(row.pk, int) else 0, data=data)])


def note_row(
    model: type[Event],
    *,
    kind: str,
    before: Model | None,
    after: Model | None,
    by: int | None,
    member_id: int | None = None,
) -> None:
    """Note what has become of a row: None before it was there, and when it has gone."""
    action = Edit.Action.CHANGED if before and after else Edit.Action.ADDED if after else Edit.Action.DELETED
    row = after or before
    if row is not None:
        changes = _differences(before, after)
        note(model, kind=kind, row=row, by=by, changes=changes, action=action, member_id=member_id)


def _differences(before: Model | None, after: Model | None) -> Changes:
    """Of what can be edited; the rest follows from it. What is empty and was not there, or will not be, is none."""
    row: Any = after or before
    names = [field.attname for field in row._meta.concrete_fields if field.editable]
    pairs = {name: (getattr(before, name, None), getattr(after, name, None)) for name in names}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new and (old or new)}


def forget(*, user_id: int) -> None:
    """What somebody who is gone has changed, nobody is said to have; what was changed of theirs is not kept."""
    Edit.objects.filter(member_id=user_id).delete()
    Edit.objects.filter(by=user_id).update(by=None)


def prune(before: datetime) -> int:
    """Forget edits that were made before a moment. Returns how many."""
    forgotten, _ = Edit.objects.filter(at__lt=before).delete()
    return forgotten
