"""Rows that an import has changed, made to say again what they said."""

from collections.abc import Iterable, Sequence, Set
from typing import Any

from apps.catalog.credits import CREDITS
from apps.catalog.loading.contents import Differences, give_back
from apps.catalog.models import Collection, Company, Genre, Movie, Person
from apps.catalog.models.base import CatalogModel
from apps.catalog.selectors import survivor_of
from apps.catalog.services import events
from apps.catalog.services.people import credits_rename, recredit
from apps.catalog.services.traces import NAMED_BY
from movieverse.bulk import bulk_upsert

_NAMED: dict[str, Any] = {"genre": Genre, "company": Company, "collection": Collection, "person": Person}

Kept = list[list[Any]]  # [key, why] of rows that were not made what they were


def rows_restore(model: Any, told: dict[int, Differences]) -> Kept:
    """Within a transaction. Those that are gone stay so."""
    rows = model.objects.select_for_update().in_bulk(list(told))
    names = {pk: getattr(row, "name", "") for pk, row in rows.items()}
    whys = {pk: give_back(row, told[pk]) for pk, row in rows.items()}
    restored = [row for pk, row in rows.items() if len(whys[pk]) < len(told[pk])]
    if model is Movie:
        _without_what_is_gone(restored)
    _store(restored)
    if model is Person:
        credits_rename({row.pk: row for row in restored if row.name != names[row.pk]})
    return [[pk, "; ".join(why)] for pk, why in whys.items() if why]


def _store(rows: Sequence[CatalogModel]) -> None:
    """A version that somebody may have seen is not given again."""
    for row in rows:
        row.derive()
        row.version += 1
    if rows:
        bulk_upsert(rows, update_fields=type(rows[0]).own_columns())
        events.saved(rows[0].COUNTER, [row.pk for row in rows])


def _without_what_is_gone(movies: Sequence[Movie]) -> None:
    """What nobody named meanwhile may have been deleted since, or be called otherwise."""
    _call_by_name(movies)
    for movie in movies:
        movie.derive()
    for kind, model in _NAMED.items():
        lookups, take_out = NAMED_BY[kind]
        columns = [lookup.partition("__")[0] for lookup in lookups]
        named = {pk for movie in movies for column in columns for pk in _ids(getattr(movie, column))}
        gone = named - set(model.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
        for movie in movies if gone else ():
            take_out(movie, gone)


def _ids(value: Any) -> Iterable[int]:
    return value if isinstance(value, list) else [value] if value else ()


def _call_by_name(movies: Sequence[Movie]) -> None:
    """Whoever was merged since is credited as who that is now."""
    entries = (entry for movie in movies for fact in CREDITS for entry in getattr(movie, fact))
    told = [(entry["person_id"], entry["name"]) for entry in entries]
    people = _by_former_id({pk for pk, _ in told})
    renamed = {pk: people[pk] for pk, name in told if pk in people and (people[pk].pk, people[pk].name) != (pk, name)}
    for movie in movies if renamed else ():
        recredit(movie, renamed)


def _by_former_id(ids: Set[int]) -> dict[int, Person]:
    people = Person.objects.only("name").in_bulk(ids) if ids else {}
    merged = {pk: into for pk in ids - people.keys() if (into := survivor_of("person", pk))}
    survivors = Person.objects.only("name").in_bulk(set(merged.values())) if merged else {}
    return people | {pk: survivors[into] for pk, into in merged.items() if into in survivors}
