"""Which ids are those of rows that are there."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from movieverse.bulk import batched

_BATCH = 1_000


def columns_by_id(model: type[Model], ids: Iterable[int], column: str) -> dict[int, Any]:
    """{id: the column's value} of those rows that are there."""
    found: dict[int, Any] = {}
    for some in batched(sorted(set(ids)), _BATCH):
        found |= model._default_manager.filter(pk__in=some).values_list("pk", column)
    return found


def missing(model: type[Model], ids: Iterable[int]) -> set[int]:
    wanted = set(ids)
    return wanted - columns_by_id(model, wanted, "pk").keys()
