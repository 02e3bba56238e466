"""Two titles, or two people, that are one: the catalogue's part of merging them, and of parting them again.

The one that is merged goes, and leaves a tombstone that says which row it is now. What other sources call it, its
places in lists and its credits become the survivor's. Facts that the survivor lacks are taken over: it never loses one,
and one that a curator has locked stays as it is, be it empty.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db.models import F

import movieverse
from apps.catalog.models import CuratedList, ExternalId, ListEntry, MergedRow, Movie, Person, Tombstone
from apps.catalog.models.base import DescribedModel
from apps.catalog.selectors import survivor_of
from apps.catalog.services import events
from apps.catalog.services.people import CREDIT_COLUMNS, recredit, store_credits
from apps.catalog.services.rows import check_settled
from movieverse import merging
from movieverse.exceptions import DomainError
from movieverse.merging import Columns

MERGEABLE: dict[str, type[DescribedModel]] = {"movie": Movie, "person": Person}

_TITLES = 200  # whose credits are changed in one transaction


class AlreadyMerged(DomainError):
    code = "already-merged"

    def __init__(self, kind: str, pk: int, into: int) -> None:
        self.members = {"into": into}
        super().__init__(f"The {kind} {pk} was merged into {into} already.")


class Pair(NamedTuple):
    merged: Any
    survivor: Any


def pair_of(kind: str, from_id: int, into_id: int, *, lock: bool = False) -> Pair:
    """The row that is to be merged, and the one that stays. Raises where they cannot be merged."""
    if from_id == into_id:
        raise ValidationError({"into_id": f"The {kind} {into_id} is the same one."})
    rows = MERGEABLE[kind]._default_manager.all()
    found = (rows.select_for_update() if lock else rows).in_bulk([from_id, into_id])
    for name, pk in (("from_id", from_id), ("into_id", into_id)):
        if pk not in found:
            if survivor := survivor_of(kind, pk):
                raise AlreadyMerged(kind, pk, survivor)
            raise ValidationError({name: f"There is no {kind} {pk}."})
    check_settled(kind, from_id, into_id)
    return Pair(found[from_id], found[into_id])


# --- Merging --------------------------------------------------------------------------------------


def rows_merge(*, kind: str, from_id: int, into_id: int, merge_id: int) -> None:
    """Let a row be another one. Called again, it goes on where it was interrupted."""
    _merge(kind, from_id, into_id, merge_id)
    while kind == "person" and _move_credits(from_id, into_id, merge_id):
        pass


@movieverse.atomic("catalog")
def _merge(kind: str, from_id: int, into_id: int, merge_id: int) -> None:
    key = Tombstone.key_of(kind, from_id)
    if Tombstone.objects.filter(pk=key, merge_id=merge_id).exists():
        return
    try:
        pair = pair_of(kind, from_id, into_id, lock=True)
    except AlreadyMerged:
        if Tombstone.objects.filter(pk=key, merge_id=merge_id).exists():  # by somebody who was at it at the same time
            return
        raise
    Tombstone.objects.create(key=key, into=into_id, merge_id=merge_id)
    if kind == "movie":
        _move_entries(from_id, into_id, merge_id)
    known = list(ExternalId.objects.select_for_update().filter(kind=kind, object_id=from_id))
    merging.note_moved(MergedRow, merge_id, known, object_id=into_id)
    ExternalId.objects.filter(pk__in=[one.pk for one in known]).update(object_id=into_id)
    _take_over(pair, merge_id)
    merging.note_removed(MergedRow, merge_id, [pair.merged])
    MERGEABLE[kind]._default_manager.filter(pk=from_id).delete()
    events.merged(kind, from_id, into_id)
    events.saved(kind, [into_id])


def _move_entries(from_id: int, into_id: int, merge_id: int) -> None:
    """A list that has both keeps the survivor's place."""
    entries = list(ListEntry.objects.select_for_update().filter(movie_id=from_id))
    lists = list(CuratedList.objects.select_for_update().filter(pk__in=[entry.list_id for entry in entries]))
    having_both = set(ListEntry.objects.filter(movie_id=into_id).values_list("list_id", flat=True))
    removed = [entry for entry in entries if entry.list_id in having_both]
    moved = [entry for entry in entries if entry.list_id not in having_both]
    for row in lists:
        merging.note(MergedRow, merge_id, [(row, {"version": row.version}, {"version": row.version + 1})])
    merging.note_removed(MergedRow, merge_id, removed)
    merging.note_moved(MergedRow, merge_id, moved, movie_id=into_id)
    ListEntry.objects.filter(pk__in=[entry.pk for entry in removed]).delete()
    ListEntry.objects.filter(pk__in=[entry.pk for entry in moved]).update(movie_id=into_id)
    CuratedList.objects.filter(pk__in=[row.pk for row in lists]).update(version=F("version") + 1)
    events.saved(CuratedList.COUNTER, [row.pk for row in lists])


def facts_taken(merged: DescribedModel, survivor: DescribedModel) -> list[str]:
    """Facts that the survivor lacks and the other has: those that were said of it, not what follows from others."""
    derived = {"main_genre_id", "main_country"} - merged.origins.keys()
    if isinstance(survivor, Movie) and survivor.release_year:
        derived |= {"release_date", "release_year"}  # of another release, maybe
    return [
        fact
        for fact in survivor.FACTS
        if getattr(merged, fact) and not getattr(survivor, fact)
        if fact not in derived and not survivor.is_locked(fact)
    ]


def _take_over(pair: Pair, merge_id: int) -> None:
    """The survivor is written in any case: of two merges into it one comes after the other."""
    merged, survivor = pair
    before, facts = merging.columns_of(survivor, survivor.own_columns()), facts_taken(merged, survivor)
    for fact in facts:
        setattr(survivor, fact, getattr(merged, fact))
    origins = {fact: merged.origins[fact] for fact in facts if fact in merged.origins}
    survivor.origins = {**survivor.origins, **origins}
    survivor.derive()
    survivor.version += 1
    survivor.save(update_fields=survivor.own_columns())
    after = {name: value for name, value in merging.columns_of(survivor).items() if name in [*facts, "updated_at"]}
    merging.note(MergedRow, merge_id, [(survivor, before, after)])


@movieverse.atomic("catalog")
def _move_credits(from_id: int, into_id: int, merge_id: int) -> int:
    """Of the titles that credit a person a part. Returns how many that is."""
    found = {
        movie.pk: movie
        for lookup in ("cast_ids__has", "crew_ids__has")
        for movie in Movie.objects.select_for_update().filter(**{lookup: from_id})[:_TITLES]
    }
    before = {pk: merging.columns_of(movie, CREDIT_COLUMNS) for pk, movie in found.items()}
    survivor, movies = Person.objects.only("name").filter(pk=into_id).first(), list(found.values())
    if survivor is None or not movies:
        return 0
    for movie in movies:
        recredit(movie, {from_id: survivor})
    store_credits(movies)
    after = {movie.pk: merging.columns_of(movie, ("cast", "crew", "updated_at")) for movie in movies}
    merging.note(MergedRow, merge_id, [(movie, before[movie.pk], after[movie.pk]) for movie in movies])
    return len(movies)


@movieverse.atomic("catalog")
def tombstone_settle(*, kind: str, pk: int, settled: bool = True) -> None:
    """Every store has done its part; or, not `settled`, it begins to take it back."""
    Tombstone.objects.filter(pk=Tombstone.key_of(kind, pk)).update(settled=settled)


# --- Parting --------------------------------------------------------------------------------------


def rows_part(*, kind: str, from_id: int, into_id: int, merge_id: int) -> None:
    """Make of one row the two that it was. What somebody has changed since stays as it is."""
    for notes in merging.notes_of(MergedRow, merge_id):
        if notes[0].model != kind or notes[0].after:
            _part_some(notes)
    _part(kind, from_id, into_id, merge_id)


@movieverse.atomic("catalog")
def _part_some(notes: Sequence[MergedRow]) -> None:
    notes = merging.held(notes)
    kept: dict[str, str] = {}
    for model, some in groupby(notes, key=lambda one: one.rows_model):
        kept |= _PART[model](list(some))
    merging.settle(notes, kept)


def _part_external_ids(notes: Sequence[MergedRow]) -> dict[str, str]:
    _, kept = merging.restore(notes)
    return kept


def _part_entries(notes: Sequence[MergedRow]) -> dict[str, str]:
    """Places in lists that are gone do not come back."""
    wanted = {one.before["list_id"] for one in notes}
    lists = set(CuratedList.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    restored, kept = merging.restore([one for one in notes if one.before["list_id"] in lists])
    events.saved(CuratedList.COUNTER, [row.then.list_id for row in restored])
    return kept | {one.key: "its list was deleted" for one in notes if one.before["list_id"] not in lists}


def _part_lists(notes: Sequence[MergedRow]) -> dict[str, str]:
    for one in notes:
        _part_list(one)
    return {}


def _part_list(one: MergedRow) -> None:
    """Its entries change once more; a version that somebody may have seen is not given again."""
    CuratedList.objects.filter(pk=int(one.row)).update(version=F("version") + 1)


def _part_rows(notes: Sequence[MergedRow]) -> dict[str, str]:
    return {one.key: why for one in notes if (why := _part_facts(one))}


def _part_facts(one: MergedRow) -> str:
    """Take back from a row the facts that the merge gave it. Returns which others somebody has changed since."""
    row: Any = one.rows_model._default_manager.select_for_update().filter(pk=int(one.row)).first()
    if row is None:
        return merging.DELETED
    events.saved(row.COUNTER, [row.pk])
    if merging.columns_of(row, ["updated_at"])["updated_at"] == one.after["updated_at"]:
        columns = {name: getattr(one.then, name) for name in one.before} | {"version": row.version + 1}
        one.rows_model._default_manager.filter(pk=row.pk).update(**columns)
        return ""
    return _part_changed(row, one)


def _part_changed(row: DescribedModel, one: MergedRow) -> str:
    now, given = merging.columns_of(row), [fact for fact in row.FACTS if fact in one.after]
    unchanged = [fact for fact in given if now[fact] == one.after[fact]]
    for fact in unchanged:
        setattr(row, fact, getattr(one.then, fact))
    kept = [fact for fact in given if fact not in unchanged]
    if unchanged:
        origins = one.before.get("origins", row.origins)
        others = {fact: origin for fact, origin in row.origins.items() if fact not in unchanged}
        row.origins = others | {fact: origins[fact] for fact in unchanged if fact in origins}
        row.derive()
        row.version += 1
        row.save(update_fields=row.own_columns())
    return f"{', '.join(kept)}: {merging.CHANGED}" if kept else ""


_PART: dict[Any, Callable[[Sequence[MergedRow]], dict[str, str]]] = {
    CuratedList: _part_lists,
    ExternalId: _part_external_ids,
    ListEntry: _part_entries,
    Movie: _part_rows,
    Person: _part_rows,
}


@movieverse.atomic("catalog")
def _part(kind: str, from_id: int, into_id: int, merge_id: int) -> None:
    """Bring the row back, and forget that it was another one."""
    gone, _ = Tombstone.objects.filter(pk=Tombstone.key_of(kind, from_id), merge_id=merge_id).delete()
    if not gone:
        return
    for notes in merging.notes_of(MergedRow, merge_id):
        restored, kept = merging.restore(notes)
        merging.settle(notes, kept)
        for row in restored:
            _credit_survivors(row.then)
    events.saved(kind, [from_id, into_id])


def _credit_survivors(row: Any) -> None:
    """People who were merged since are credited as who they are now."""
    if not isinstance(row, Movie):
        return
    credited = {*row.cast_ids, *row.crew_ids}
    gone = credited - set(Person.objects.filter(pk__in=credited).values_list("pk", flat=True)) if credited else set()
    survivors = {pk: into for pk in gone if (into := survivor_of("person", pk))}
    people = Person.objects.only("name").in_bulk(set(survivors.values()))
    if renamed := {pk: people[into] for pk, into in survivors.items() if into in people}:
        recredit(row, cast(Any, renamed))
        store_credits([row])


# --- Telling --------------------------------------------------------------------------------------


def merge_preview(kind: str, pair: Pair) -> Columns:
    """What would move, in rows, and which facts the survivor would take over."""
    counts: Columns = {"external_ids": ExternalId.objects.filter(kind=kind, object_id=pair.merged.pk).count()}
    name, read = ("list_entries", _lists_with) if kind == "movie" else ("credited_movies", _titles_of)
    own, others = read(pair.merged.pk), read(pair.survivor.pk)
    counts |= {name: len(own), f"{name}_of_both": len(own & others)}
    return {"counts": counts, "facts": facts_taken(*pair)}


def _lists_with(movie_id: int) -> set[int]:
    return set(ListEntry.objects.filter(movie_id=movie_id).values_list("list_id", flat=True))


def _titles_of(person_id: int) -> set[int]:
    lookups = ("cast_ids__has", "crew_ids__has")
    return {pk for one in lookups for pk in Movie.objects.filter(**{one: person_id}).values_list("pk", flat=True)}
