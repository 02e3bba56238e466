"""What is known of collections beyond their names."""

from collections.abc import Sequence

import movieverse
from apps.catalog.loading.facts import take
from apps.catalog.loading.names import Collections
from apps.catalog.loading.outcome import Loaded
from apps.catalog.models import Collection
from apps.catalog.records import CollectionRecord, NamedRecord
from apps.catalog.services.rows import now


def load_collections(records: Sequence[CollectionRecord], source: str, loaded: Loaded) -> None:
    collections = Collections(loaded, source, now())
    named = [NamedRecord(record.id, record.name) for record in records]
    collections.find(named)
    collections.create(named)
    collections.changed(_write({collections.ids[record.id]: record for record in records}, collections))


@movieverse.atomic("catalog")
def _write(records: dict[int, CollectionRecord], collections: Collections) -> list[int]:
    rows = Collection.objects.select_for_update().in_bulk(list(records))
    changed = []
    for pk, row in rows.items():
        if take(
            row,
            {fact: getattr(records[pk], fact) for fact in Collection.FACTS},
            collections.origin["source"],
            collections.origin["at"],
        ):
            row.derive()
            row.version += 1
            changed.append(row)
    collections.loaded.upsert(changed, [*Collection.FACTS, "sort_name", "origins", "version", "updated_at"])
    return [row.pk for row in changed]
