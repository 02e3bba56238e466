"""Which ids are those of rows that are there."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from apps.accounts.models import User
from apps.catalog.models import Genre, Movie
from apps.catalog.selectors import being_merged
from movieverse.bulk import batched
from movieverse.outbox.models import Action
from movieverse.outbox.stores import pending_ids

_BATCH = 1_000
# Of what is deleted, other stores learn by the event of its deletion.
_TOLD_BY: dict[type[Model], tuple[str, str]] = {
    Movie: ("catalog", "movie"),
    Genre: ("catalog", "genre"),
    User: ("default", "user"),
}


def columns_by_id(model: type[Model], ids: Iterable[int], column: str) -> dict[int, Any]:
    """{id: the column's value} of those rows that are there."""
    found: dict[int, Any] = {}
    for some in batched(sorted(set(ids)), _BATCH):
        found |= model._default_manager.filter(pk__in=some).values_list("pk", column)
    return found


def missing(model: type[Model], ids: Iterable[int]) -> set[int]:
    wanted = set(ids)
    return wanted - columns_by_id(model, wanted, "pk").keys()


def missed(model: type[Model], ids: Iterable[int]) -> set[int]:
    """Those of the missing that another store has either learnt of or never will: no event is on its way to tell it.

    What still points at one of them after this was asked, nobody is going to put right.
    """
    gone = missing(model, ids)
    alias, kind = _TOLD_BY[model]
    return gone - pending_ids(alias, kind, gone, action=Action.DELETED) - being_merged(kind, gone)
