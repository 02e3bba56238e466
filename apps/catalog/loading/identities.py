"""People whom two sources know by ids of their own, found out to be one, and by what name they go."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

import movieverse
from apps.catalog.credits import CREDITS
from apps.catalog.documents import Origin
from apps.catalog.loading.external_ids import LOOKUP_BATCH, sources_of
from apps.catalog.loading.facts import absorb, take
from apps.catalog.loading.journal import Journal
from apps.catalog.loading.matching import Credited, people_of
from apps.catalog.loading.names import People
from apps.catalog.loading.races import again_if_overtaken
from apps.catalog.models import ExternalId, Movie, Person
from apps.catalog.records import MovieRecord, NamedRecord
from apps.catalog.services import events
from apps.catalog.services.people import credits_rename
from movieverse.bulk import batched, bulk_upsert

Kind = ExternalId.Kind
_BATCH = 200


def identify(people: People, records: Sequence[MovieRecord], known: Mapping[str, int]) -> None:
    """Find the people of a data set among those who are there, and join those who turn out to be one."""
    people.find(people_of(records))
    pairs = _credited(people, records, known).pairs()
    sources = sources_of(Kind.PERSON, {*pairs.values(), *(people.ids.get(source_id, 0) for source_id in pairs)})
    new = {
        source_id: person_id
        for source_id, person_id in pairs.items()
        if source_id not in people.ids and source_id.source not in sources[person_id]
    }
    for batch in batched(list(new.items()), LOOKUP_BATCH):
        people.adopt(dict(batch))
    same = _same(((person_id, people.ids.get(source_id, person_id)) for source_id, person_id in pairs.items()), sources)
    for losers in batched(list(same.items()), _BATCH):
        _join(people, dict(losers))
    _call_by_name(people, people_of(records))


def _credited(people: People, records: Sequence[MovieRecord], known: Mapping[str, int]) -> Credited:
    credited = Credited(people.ids)
    telling = [record for record in records if record.place in known and (record.cast or record.crew)]
    for batch in batched(telling, _BATCH):
        movies = Movie.objects.only(*CREDITS).in_bulk([known[record.place] for record in batch])
        for record in batch:
            if movie := movies.get(known[record.place]):
                credited.compare(record, movie)
    return credited


def _same(pairs: Iterable[tuple[int, int]], sources: dict[int, set[str]]) -> dict[int, int]:
    """{person: the one they are as well}. Whom one source knows by two ids are two."""
    joined: dict[int, int] = {}
    for one, other in pairs:
        survivor, loser = sorted((_survivor(joined, one), _survivor(joined, other)))
        if survivor != loser and not sources[survivor] & sources[loser]:
            joined[loser] = survivor
            sources[survivor] |= sources[loser]
    return {loser: _survivor(joined, loser) for loser in joined}


def _survivor(joined: Mapping[int, int], person_id: int) -> int:
    while person_id in joined:
        person_id = joined[person_id]
    return person_id


def _join(people: People, same: Mapping[int, int]) -> None:
    if not people.loaded.dry_run:
        _join_stored(same, people.loaded.journal)
    people.ids |= {source_id: same[person_id] for source_id, person_id in people.ids.items() if person_id in same}
    people.changed(same.values())


@again_if_overtaken
@movieverse.atomic("catalog")
def _join_stored(same: Mapping[int, int], journal: Journal) -> None:
    persons = Person.objects.select_for_update().in_bulk([*same, *same.values()])
    pairs = [(persons[one], persons[other]) for one, other in same.items() if one in persons and other in persons]
    for loser, survivor in pairs:
        absorb(survivor, loser)
        _move_ids(loser, survivor, journal)
    _store_people({survivor.pk: survivor for _, survivor in pairs}.values(), journal)
    one = {person.pk: survivor for loser, survivor in pairs for person in (loser, survivor)}
    credits_rename(one, noted=journal.followed)
    gone = [loser.pk for loser, _ in pairs]
    journal.removed([persons[pk] for pk in gone])
    Person.objects.filter(pk__in=gone).delete()
    events.deleted(Person.COUNTER, gone)


def _move_ids(loser: Person, survivor: Person, journal: Journal) -> None:
    known = ExternalId.objects.filter(object_id=loser.pk, kind=Kind.PERSON)
    rows = list(known)
    moved = [copy(row) for row in rows]
    for row in moved:
        row.object_id = survivor.pk
    journal.followed([], list(zip(rows, moved, strict=True)))
    known.update(object_id=survivor.pk)


def _call_by_name(people: People, records: Iterable[NamedRecord]) -> None:
    """Let people go by the name that the source of the highest rank gives them."""
    names: dict[int, str] = {}
    for record in records:
        if record.id in people.ids:
            names.setdefault(people.ids[record.id], record.name)
    for batch in batched(sorted(names), LOOKUP_BATCH):
        rows = Person.objects.filter(pk__in=batch).only("name", "origins")
        renamed = {
            person.pk: names[person.pk] for person in rows if _take_name(person, names[person.pk], people.origin)
        }
        people.changed(renamed)
        for some in batched(list(renamed.items()), _BATCH):
            if not people.loaded.dry_run:
                _store_names(dict(some), people.origin, people.loaded.journal)


def _take_name(person: Person, name: str, origin: Origin) -> bool:
    return take(person, {"name": name}, origin["source"], origin["at"])


@again_if_overtaken
@movieverse.atomic("catalog")
def _store_names(names: Mapping[int, str], origin: Origin, journal: Journal) -> None:
    persons = Person.objects.select_for_update().in_bulk(list(names))
    before = {person.pk: person.name for person in persons.values()}
    for person in persons.values():
        _take_name(person, names[person.pk], origin)
    _store_people(persons.values(), journal)
    renamed = {pk: person for pk, person in persons.items() if person.name != before[pk]}
    credits_rename(renamed, noted=journal.followed)


def _store_people(persons: Iterable[Person], journal: Journal) -> None:
    rows = list(persons)
    for person in rows:
        person.derive()
        person.version += 1
    columns = [*Person.FACTS, "sort_name", "origins", "version", "updated_at"]
    bulk_upsert(rows, update_fields=columns, noted=journal.written)
    events.saved(Person.COUNTER, [person.pk for person in rows])
