"""Positions in an ordered list, and the rows before or after one, on every engine by index alone."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from django.core.signing import BadSignature, JSONSerializer, Signer
from django.db import connections
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


class Ordering(NamedTuple):
    name: str  # as in the URL: -popularity
    field: str

    @property
    def descending(self) -> bool:
        return self.name.startswith("-")


class _WithTimes(JSONSerializer):
    """Days and moments as text, to the microsecond. A filter by their field reads it as what it was."""

    def dumps(self, obj: Any) -> bytes:
        return json.dumps(obj, separators=(",", ":"), default=str).encode("latin-1")


@dataclass(frozen=True)
class Cursor:
    """The place just after, or for `backward` just before, a row."""

    ordering: str
    backward: bool
    value: Any
    pk: Any

    def encoded(self, model: type[Model]) -> str:
        place = [self.ordering, self.backward, self.value, self.pk]
        return _signer(model).sign_object(place, serializer=_WithTimes)

    @classmethod
    def decoded(cls, text: str, model: type[Model]) -> "Cursor":
        """Raises ValueError for what `encoded` did not make for this model."""
        try:
            return cls(*_signer(model).unsign_object(text))
        except BadSignature:
            raise ValueError("not a cursor of this list") from None


def _signer(model: type[Model]) -> Signer:
    return Signer(salt=f"cursor:{model._meta.label_lower}", sep=".")


def rows_from(queryset: QuerySet[Row], ordering: Ordering, cursor: Cursor | None, limit: int) -> list[Row]:
    """At most `limit` rows in the list's order, beginning at the cursor; for a backward one, ending at it.

    `field = v AND id > i` and `field > v` are each one range of the index (field, id) everywhere. They are
    one query where the engine merges them, and else two, as others make of their OR a scan of all ties or a sort.
    """
    backward = cursor is not None and cursor.backward
    descending = ordering.descending != backward
    beyond, sign = ("lt", "-") if descending else ("gt", "")
    names = ["pk"] if ordering.field == "pk" else [ordering.field, "pk"]
    ordered = queryset.order_by(*(sign + name for name in names))
    if cursor is None:
        return list(ordered[:limit])
    ties = Q((ordering.field, cursor.value), (f"pk__{beyond}", cursor.pk))
    further = Q((f"{ordering.field}__{beyond}", cursor.value))
    connection: Any = connections[queryset.db]
    if ordering.field == "pk":
        rows = list(ordered.filter(further)[:limit])
    elif connection.merges_ranges:
        rows = list(ordered.filter(ties | further)[:limit])
    else:
        rows = list(ordered.filter(ties)[:limit])
        if len(rows) < limit:
            rows += ordered.filter(further)[: limit - len(rows)]
    return rows[::-1] if backward else rows
