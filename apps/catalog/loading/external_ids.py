"""Whose ids the sources' ids are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from apps.catalog.loading.outcome import Loaded
from apps.catalog.loading.races import Overtaken
from apps.catalog.models import ExternalId
from apps.catalog.records import SourceId
from apps.catalog.selectors import find_by_external_ids
from movieverse.bulk import Counts, batched

LOOKUP_BATCH = 1_000


def owners_of(kind: str, source_ids: Iterable[SourceId]) -> dict[SourceId, int]:
    """Those that are known, and the rows they belong to."""
    values: dict[str, list[str]] = defaultdict(list)
    for source_id in dict.fromkeys(source_ids):
        values[source_id.source].append(source_id.value)
    return {
        SourceId(source, value): object_id
        for source, of_source in values.items()
        for batch in batched(of_source, LOOKUP_BATCH)
        for value, object_id in find_by_external_ids(kind, source, batch).items()
    }


def sources_of(kind: str, object_ids: Iterable[int]) -> dict[int, set[str]]:
    """The sources that have an id for each of the rows: two rows that one source knows by an id each are two."""
    found: dict[int, set[str]] = defaultdict(set)
    for ids in batched(sorted(set(object_ids)), LOOKUP_BATCH):
        for object_id, source in ExternalId.objects.filter(object_id__in=ids, kind=kind).values_list(
            "object_id", "source"
        ):
            found[object_id].add(source)
    return found


def write_external_ids(kind: str, owners: Mapping[SourceId, int], loaded: Loaded) -> Counts:
    """Only new ones: none is ever given to another row. Within the transaction that writes the rows."""
    rows = [
        ExternalId(
            key=ExternalId.key_of(kind, *source_id),
            kind=kind,
            source=source_id.source,
            value=source_id.value,
            object_id=object_id,
        )
        for source_id, object_id in owners.items()
    ]
    counts = loaded.upsert(rows, [])
    if not loaded.dry_run and owners_of(kind, owners) != owners:
        raise Overtaken
    return counts
