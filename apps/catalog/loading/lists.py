"""Curated lists of data sets."""

from collections.abc import Mapping, Sequence

import movieverse
from apps.catalog.documents import Origin
from apps.catalog.loading.facts import has_said, may_say, take
from apps.catalog.loading.outcome import Loaded
from apps.catalog.loading.races import Overtaken, again_if_overtaken
from apps.catalog.models import CuratedList
from apps.catalog.records import ListRecord, Problem
from apps.catalog.services.lists import Entry, entries_of, entries_write
from apps.catalog.services.rows import now
from movieverse.bulk import Counts


def load_lists(records: Sequence[ListRecord], movie_ids: Mapping[str, int], source: str, loaded: Loaded) -> None:
    """`movie_ids` is a loader's: which titles the entries' records are. A list is recognised by its slug."""
    origin = Origin(source=source, at=now())
    for record in records:
        entries = _entries(record, movie_ids, loaded)
        ids = loaded.take_ids("list", 1)[0], loaded.take_ids("list entry", len(entries))
        loaded.add(_write(record, entries, ids, origin, loaded))


def _entries(record: ListRecord, movie_ids: Mapping[str, int], loaded: Loaded) -> list[Entry]:
    found: dict[int, Entry] = {}
    for entry in record.entries:
        movie_id = movie_ids.get(entry.movie.place)
        if movie_id is None:
            reason = f"is not in the catalogue, hence not in the list {record.name}"
            loaded.failed("list entries", Problem(entry.movie.place, "title", entry.movie.title, reason))
        else:
            found.setdefault(movie_id, Entry(movie_id, entry.rank, entry.year))
    return list(found.values())


@again_if_overtaken
@movieverse.atomic("catalog")
def _write(
    record: ListRecord, entries: list[Entry], ids: tuple[int, Sequence[int]], origin: Origin, loaded: Loaded
) -> dict[str, Counts]:
    known = CuratedList.objects.select_for_update().filter(slug=record.slug).first()
    row = known or CuratedList(pk=ids[0], slug=record.slug)
    changed = take(row, {"name": record.name, "description": record.description}, origin["source"], origin["at"])
    said = has_said(row, "entries", origin["source"]) and entries_of(row) == entries
    kept = said or not entries or not may_say(row, "entries", origin["source"])
    was, before = row.origins.get("entries"), [] if kept else loaded.journal.entries(row)
    if not kept:
        row.origins = {**row.origins, "entries": origin}
    if changed or not kept:
        row.derive()
        row.version += not row._state.adding
    counts = {"lists": loaded.upsert([row], ["name", "sort_name", "description", "origins", "version", "updated_at"])}
    if not loaded.dry_run and not CuratedList.objects.filter(pk=row.pk).exists():
        raise Overtaken  # another process has just made a list of this slug
    if kept:
        counts["list entries"] = Counts(unchanged=len(entries))
    else:
        counts["list entries"] = entries_write(row, entries, ids[1], dry_run=loaded.dry_run)
        loaded.journal.entries_replaced(row, before, was)
    return counts
