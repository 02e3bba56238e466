from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def in_batches(rows: QuerySet[Row], size: int) -> Iterator[list[Row]]:
    """All rows by their primary key, no more than `size` in memory. No cursor is left open on the server meanwhile."""
    rows = rows.order_by("pk")
    batch = list(rows[:size])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:size])


# How checks read: `in_batches` itself, or something that also shows how far it has come.
Read = Callable[[QuerySet[Any], int], Iterator[list[Any]]]
