"""What there is of a member in each store. Each app's `personal.py` says it; erasure, receipts and exports go by that.

What a model has of members it says by `holds`; what lies in no row of its own, by `keeps`. Everything that is named
here has to be gone when a member is: erasing itself is done by the handlers of the deleted account's event.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from movieverse.stores import APPS

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Of what a member has here. All of it is asked by the account's id, also when there is no account any more."""

    name: str
    store: str
    about: str  # in the words of whom it is about
    count: Callable[[int], int]
    rows: Callable[[int], Iterable[Row]] = lambda user_id: ()
    files: Callable[[int], Iterable[tuple[str, bytes]]] = lambda user_id: ()
    model: type[Model] | None = None


PARTS: dict[str, Part] = {}


def keeps(part: Part) -> None:
    PARTS[part.name] = part


def holds(
    model: type[Model], about: str, *, member: str = "user_id", name: str = "", hidden: Collection[str] = ()
) -> None:
    """Rows of a model are about whom their field `member` names. What `hidden` names is a secret or somebody else's."""

    def rows_of(user_id: int) -> QuerySet[Any]:
        return model._default_manager.filter(**{member: user_id})

    keeps(
        Part(
            name=name or str(model._meta.verbose_name_plural).replace(" ", "-"),
            store=APPS[model._meta.app_label],
            about=about,
            count=lambda user_id: rows_of(user_id).count(),
            rows=lambda user_id: _shown(rows_of(user_id), hidden),
            model=model,
        )
    )


def _shown(rows: QuerySet[Any], hidden: Collection[str]) -> Iterator[Row]:
    shown = [field for field in rows.model._meta.concrete_fields if field.name not in hidden]
    for row in rows.order_by("pk"):
        yield {field.attname: field.value_from_object(row) for field in shown}


def counted(user_id: int) -> dict[str, dict[str, int]]:
    """{store: {part: how many}} of a member, without those of which there is nothing."""
    found: dict[str, dict[str, int]] = {}
    for part in PARTS.values():
        if number := part.count(user_id):
            found.setdefault(part.store, {})[part.name] = number
    return found


def is_anything_left(user_id: int) -> bool:
    return any(part.count(user_id) for part in PARTS.values())
