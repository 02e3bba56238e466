"""What is known of people beyond their names."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import fields

import movieverse
from apps.catalog.faults import fault_of_person
from apps.catalog.loading.external_ids import owners_of, sources_of, write_external_ids
from apps.catalog.loading.facts import take
from apps.catalog.loading.names import People
from apps.catalog.loading.outcome import Loaded
from apps.catalog.loading.races import again_if_overtaken
from apps.catalog.models import ExternalId, Person
from apps.catalog.records import NamedRecord, PersonRecord, Problem, SourceId
from apps.catalog.services import events
from apps.catalog.services.people import credits_rename
from apps.catalog.services.rows import now
from movieverse.bulk import Counts, batched

_KIND = ExternalId.Kind.PERSON
_BATCH = 200
_FACTS = [field.name for field in fields(PersonRecord) if field.name in Person.FACTS]
_WRITTEN = [*_FACTS, "sort_name", "origins", "version", "updated_at"]


def load_people(records: Sequence[PersonRecord], source: str, loaded: Loaded) -> None:
    """A person is recognised by their ids, the first of which is what credits know them by."""
    people = People(loaded, source, now())
    sound = [record for record in records if _is_sound(record, loaded)]
    named = [NamedRecord(record.ids[0], record.name) for record in sound]
    people.find(named)
    owners = owners_of(_KIND, (source_id for record in sound for source_id in record.ids))
    people.adopt(_known_by_others(sound, people.ids, owners))
    people.create(named)
    further = dict(_further_ids(record, people, owners) for record in sound)
    for batch in batched(sound, _BATCH):
        changed, counts = _write({people.ids[record.ids[0]]: record for record in batch}, further, owners, people)
        people.changed(changed)
        loaded.add({"external ids": counts})


def _is_sound(record: PersonRecord, loaded: Loaded) -> bool:
    fault = fault_of_person(record)
    if fault:
        loaded.failed("people", fault)
    return not fault


def _known_by_others(
    records: Sequence[PersonRecord], known: Mapping[SourceId, int], owners: Mapping[SourceId, int]
) -> dict[SourceId, int]:
    """Whom a further id tells, and their first ids. No source has two ids for one person."""
    found = {
        record.ids[0]: next(owners[one] for one in record.ids if one in owners)
        for record in records
        if record.ids[0] not in known and not owners.keys().isdisjoint(record.ids)
    }
    sources = sources_of(_KIND, found.values())
    return {first: person_id for first, person_id in found.items() if first.source not in sources[person_id]}


def _further_ids(
    record: PersonRecord, people: People, owners: Mapping[SourceId, int]
) -> tuple[int, dict[SourceId, int]]:
    """Those that are not somebody else's."""
    person_id = people.ids[record.ids[0]]
    ids = dict.fromkeys(record.ids[1:], person_id)
    for source_id in [one for one in ids if owners.get(one, person_id) != person_id]:
        reason = f"belongs to person {owners[source_id]}, but the first id to person {person_id}"
        people.loaded.failed("external ids", Problem(record.place, "id", str(source_id), reason))
        del ids[source_id]
    return person_id, ids


@again_if_overtaken
@movieverse.atomic("catalog")
def _write(
    records: Mapping[int, PersonRecord],
    further: Mapping[int, dict[SourceId, int]],
    known: Container[SourceId],
    people: People,
) -> tuple[list[int], Counts]:
    """Those who were changed, and what became of the ids."""
    loaded = people.loaded
    persons = Person.objects.select_for_update().in_bulk(list(records))
    names = {pk: person.name for pk, person in persons.items()}
    changed = [person for pk, person in persons.items() if _take(person, records[pk], people)]
    loaded.upsert(changed, _WRITTEN)
    there = records if loaded.dry_run else persons
    ids = {source_id: pk for pk in there for source_id in further[pk]}
    counts = write_external_ids(_KIND, ids, loaded)
    if not loaded.dry_run:
        told = {person.pk for person in changed}
        events.saved(_KIND, {pk for source_id, pk in ids.items() if source_id not in known} - told)
        renamed = {person.pk: person for person in changed if person.name != names[person.pk]}
        credits_rename(renamed, noted=loaded.journal.followed)
    return [person.pk for person in changed], counts


def _take(person: Person, record: PersonRecord, people: People) -> bool:
    changed = take(
        person, {name: getattr(record, name) for name in _FACTS}, people.origin["source"], people.origin["at"]
    )
    if changed:
        person.derive()
        person.version += 1
    return changed
