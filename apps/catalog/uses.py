"""Rows of the catalogue that others refer to, which hence are not taken away again.

What other stores have of a row the catalogue cannot know: those apps say it here, in their `events.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from apps.catalog.models import ExternalId, ListEntry, Movie, Tombstone
from apps.catalog.services.traces import NAMED_BY

Users = Callable[[Collection[int]], Iterable[int]]

_USES: dict[str, list[tuple[str, Users]]] = defaultdict(list)
_TITLES = 200  # that are looked at together
_WHY = {"person": "credited by other titles"}


def uses(kind: str, why: str) -> Callable[[Users], Users]:
    """Let the decorated function tell which of some rows of a kind its store refers to."""

    def register(function: Users) -> Users:
        _USES[kind].append((why, function))
        return function

    return register


def used_elsewhere(kind: str, ids: Collection[int]) -> dict[int, str]:
    """{row: how} of those that other stores refer to. Not within a transaction: they are asked."""
    found: dict[int, str] = {}
    for why, function in _USES[kind]:
        if left := set(ids) - found.keys():
            found |= dict.fromkeys(function(left), why)
    return found


def used_here(kind: str, ids: Collection[int]) -> dict[int, str]:
    """{row: how} of those that other rows of the catalogue refer to."""
    found = dict.fromkeys(_merged_into(kind, ids), "another was merged into it")
    if kind == Movie.COUNTER:
        entries = ListEntry.objects.filter(movie_id__in=ids)
        found |= dict.fromkeys(entries.values_list("movie_id", flat=True), "in a list")
    elif kind == "list":
        entries = ListEntry.objects.filter(list_id__in=ids)
        found |= dict.fromkeys(entries.values_list("list_id", flat=True), "has other entries by now")
    else:
        found |= dict.fromkeys(_named_by_titles(kind, set(ids)), _WHY.get(kind, "other titles have it"))
    return found


def known_to_others(kind: str, ids: Collection[int], own: Collection[str]) -> dict[int, str]:
    """{row: how} of those that other sources' ids mean than those whose keys are `own`."""
    known = ExternalId.objects.filter(kind=kind, object_id__in=ids).values_list("pk", "object_id")
    return {object_id: "another import or a curator has given it an id" for key, object_id in known if key not in own}


def _merged_into(kind: str, ids: Collection[int]) -> set[int]:
    stones = Tombstone.objects.filter(into__in=ids).values_list("key", "into")
    return {into for key, into in stones if key.startswith(f"{kind}:")}


def _named_by_titles(kind: str, ids: set[int]) -> set[int]:
    """A few titles of each time: many may name one of the rows."""
    found: set[int] = set()
    for lookup in NAMED_BY[kind][0]:
        column = lookup.partition("__")[0]
        while left := ids - found:
            titles = Movie.objects.filter(**{lookup: left}).order_by().values_list(column, flat=True)
            named = _all_of(titles[:_TITLES]) & left
            if not named:
                break
            found |= named
    return found


def _all_of(values: Iterable[list[int] | int | None]) -> set[int]:
    return {pk for value in values for pk in (value if isinstance(value, list) else [value]) if pk is not None}
