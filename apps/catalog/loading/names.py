"""Genres, companies, collections and people of sources, and which rows of ours they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import movieverse
from apps.catalog.documents import Origin
from apps.catalog.loading.external_ids import owners_of, sources_of, write_external_ids
from apps.catalog.loading.outcome import Loaded
from apps.catalog.loading.races import Overtaken, again_if_overtaken
from apps.catalog.models import Collection, Company, ExternalId, Genre, Person
from apps.catalog.models.base import CatalogModel, DescribedModel
from apps.catalog.models.names import slug_of
from apps.catalog.records import NamedRecord, SourceId
from apps.catalog.services import events
from movieverse.bulk import Counts, batched

_BATCH = 500


class Names:
    """The rows of one kind, as far as the records of a run tell of them. Each is known by its ids."""

    kind: str
    label: str
    model: Any

    def __init__(self, loaded: Loaded, source: str, at: str) -> None:
        self.ids = loaded.ids[self.kind]
        self.loaded, self.origin = loaded, Origin(source=source, at=at)

    def find(self, records: Iterable[NamedRecord]) -> None:
        """Look up those not met before."""
        known = owners_of(self.kind, {record.id for record in records} - self.ids.keys())
        self.ids |= known
        for label in (self.label, "external ids"):
            self.loaded.counts[label].unchanged += len(known)

    def create(self, records: Iterable[NamedRecord]) -> None:
        """Create those that were not found."""
        missing = self._missing(records)
        for batch in batched(missing, _BATCH):
            ids, counts = self._create(batch, self.loaded.take_ids(self.kind, len(batch)))
            self.ids |= ids
            self.loaded.add(counts)

    def _missing(self, records: Iterable[NamedRecord]) -> list[NamedRecord]:
        """Those not met before: each once, by the first name that the set gives it."""
        missing: dict[SourceId, NamedRecord] = {}
        for record in records:
            if record.id not in self.ids:
                missing.setdefault(record.id, record)
        return list(missing.values())

    def adopt(self, ids: dict[SourceId, int]) -> None:
        """Let rows that are there be known by further ids."""
        self.loaded.add({"external ids": self._store_ids(ids), self.label: Counts(unchanged=len(ids))})
        self.ids |= ids

    def changed(self, ids: Iterable[int]) -> None:
        """Some of those found had to be changed."""
        self.loaded.changed(self.kind, self.label, ids)

    @again_if_overtaken
    @movieverse.atomic("catalog")
    def _store_ids(self, ids: dict[SourceId, int]) -> Counts:
        if not self.loaded.dry_run:
            events.saved(self.kind, ids.values())
        return write_external_ids(self.kind, ids, self.loaded)

    @again_if_overtaken
    @movieverse.atomic("catalog")
    def _create(
        self, records: Sequence[NamedRecord], new_ids: Iterable[int]
    ) -> tuple[dict[SourceId, int], dict[str, Counts]]:
        owners = owners_of(self.kind, (record.id for record in records))
        new = [record for record in records if record.id not in owners]
        created, rows = self._rows(new, iter(new_ids))
        counts = {self.label: self.loaded.upsert(rows, [])}
        if not self.loaded.dry_run:
            self._check(rows)
        counts["external ids"] = write_external_ids(self.kind, created, self.loaded)
        return owners | created, counts

    def _check(self, rows: list[CatalogModel]) -> None:
        """Raise Overtaken where another process was faster. Ids by themselves are nobody else's."""

    def _rows(
        self, records: Sequence[NamedRecord], new_ids: Iterator[int]
    ) -> tuple[dict[SourceId, int], list[CatalogModel]]:
        """The rows to be written, and which row each id is to be of."""
        rows = [self._row(next(new_ids), record) for record in records]
        return {record.id: row.pk for record, row in zip(records, rows, strict=True)}, rows

    def _row(self, pk: int, record: NamedRecord) -> CatalogModel:
        row = self.model(pk=pk, name=record.name)  # type: ignore[misc]
        if isinstance(row, DescribedModel):
            row.origins = {"name": self.origin}
        row.derive()
        return row


class People(Names):
    """Several may have the same name."""

    kind, label, model = ExternalId.Kind.PERSON, "people", Person


class Genres(Names):
    """Genres of one name are one: two sources' Drama, and two of one source."""

    kind, label, model = ExternalId.Kind.GENRE, "genres", Genre

    def _rows(
        self, records: Sequence[NamedRecord], new_ids: Iterator[int]
    ) -> tuple[dict[SourceId, int], list[CatalogModel]]:
        names = {slug_of(record.name): record for record in records}
        known = dict(Genre.objects.filter(slug__in=list(names)).values_list("slug", "pk"))
        rows = [self._row(next(new_ids), record) for slug, record in names.items() if slug not in known]
        known |= {slug_of(row.name): row.pk for row in rows}  # type: ignore[attr-defined]
        return {record.id: known[slug_of(record.name)] for record in records}, rows

    def _check(self, rows: list[CatalogModel]) -> None:
        """Where another process has taken a name, the engine has passed ours over."""
        if Genre.objects.filter(pk__in=[row.pk for row in rows]).count() != len(rows):
            raise Overtaken


class Namesakes(Names):
    """Rows of one name are one, unless a side has several of that name or the same source has an id for each."""

    def create(self, records: Iterable[NamedRecord]) -> None:
        """Of a whole data set at once: else it could not be known whether a name stands for several."""
        missing = self._missing(records)
        self._adopt(missing)
        super().create(missing)

    def _adopt(self, records: Sequence[NamedRecord]) -> None:
        by_name = _grouped((self._row(0, record).sort_name, record.id) for record in records)  # type: ignore[attr-defined]
        stored = _grouped(
            row
            for names in batched(sorted(by_name), _BATCH)
            for row in self.model._default_manager.filter(sort_name__in=names).values_list("sort_name", "pk")
        )
        pairs = {ids[0]: stored[name][0] for name, ids in by_name.items() if len(ids) == len(stored[name]) == 1}
        known = sources_of(self.kind, pairs.values())
        self.adopt({source_id: pk for source_id, pk in pairs.items() if source_id.source not in known[pk]})


class Companies(Namesakes):
    kind, label, model = ExternalId.Kind.COMPANY, "companies", Company


class Collections(Namesakes):
    kind, label, model = ExternalId.Kind.COLLECTION, "collections", Collection


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for name, item in pairs:
        found[name].append(item)
    return found
