"""Rows of the catalogue that are known by external ids, written without asking more than whether they are there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

import movieverse
from apps.catalog.documents import Origin
from apps.catalog.loading.external_ids import owners_of
from apps.catalog.loading.races import again_if_overtaken
from apps.catalog.models import ExternalId
from apps.catalog.models.base import CatalogModel, DescribedModel
from apps.catalog.records import NamedRecord, SourceId
from apps.catalog.services import events, take_ids
from movieverse.bulk import Counts, insert_all
from seed.run import Run
from seed.synthetic.draws import known_as

_NOBODY = 0  # whose id nobody has
_ATTEMPTS = 12  # within some ten seconds: processes that begin at once name the same companies

Rows = Mapping[SourceId, CatalogModel]


class _Known:
    """The rows of one kind, each known by an external id."""

    def __init__(self, kind: str, label: str, run: Run) -> None:
        self.kind, self.label, self.run = kind, label, run

    def found(self, source_ids: Iterable[SourceId]) -> dict[SourceId, int]:
        """Those that are there, and our ids of them."""
        known = owners_of(self.kind, source_ids)
        self._count(Counts(unchanged=len(known)))
        return known

    def stored(self, records: Mapping[SourceId, Any], build: Callable[[int, Any], CatalogModel]) -> dict[SourceId, int]:
        """Our ids of what is new; of a dry run none."""
        if self.run.dry_run or not records:
            self._count(Counts(created=len(records)))
            return {}
        ids = dict(zip(records, take_ids(self.kind, len(records)), strict=True))
        rows = {source_id: build(ids[source_id], record) for source_id, record in records.items()}
        overtaken = _write(self.kind, rows)
        self._count(Counts(created=len(ids) - len(overtaken), unchanged=len(overtaken)))
        return ids | overtaken

    def _count(self, counts: Counts) -> None:
        self.run.add({self.label: counts, "external ids": counts})


class Numbered(_Known):
    """Rows of one seed."""

    def __init__(self, kind: str, label: str, random_seed: int, run: Run) -> None:
        super().__init__(kind, label, run)
        self.seed = random_seed

    def looked_up(self, numbers: Sequence[int]) -> tuple[list[int], dict[int, int]]:
        """The numbers that nothing is stored of, and our ids of the others."""
        known = by_number(self.found(known_as(self.seed, number) for number in numbers))
        return [number for number in numbers if number not in known], known

    def ids_of(self, numbers: Iterable[int]) -> dict[int, int]:
        return by_number(owners_of(self.kind, (known_as(self.seed, number) for number in numbers)))


class Named(_Known):
    """What films name, as far as they have named it."""

    def __init__(self, model: type[CatalogModel], label: str, run: Run, origin: Origin) -> None:
        super().__init__(model.COUNTER, label, run)
        self._model, self._origin = model, origin
        self.ids: dict[SourceId, int] = {}

    def learn(self, records: Iterable[NamedRecord]) -> None:
        new = {record.id: record for record in records if record.id not in self.ids}
        if new:
            self.ids |= self.found(new)
            missing = {source_id: record for source_id, record in new.items() if source_id not in self.ids}
            # A dry run writes none of them, but has counted them.
            self.ids |= dict.fromkeys(missing, _NOBODY) | self.stored(missing, self._row)

    def _count(self, counts: Counts) -> None:
        """Not what is there already: each of several processes meets that."""
        super()._count(Counts(created=counts.created))

    def _row(self, pk: int, record: NamedRecord) -> CatalogModel:
        origins = {"origins": {"name": self._origin}} if issubclass(self._model, DescribedModel) else {}
        return row_of(self._model, {"id": pk, "name": record.name} | origins)


def by_id(records: Iterable[Any]) -> dict[SourceId, Any]:
    return {record.ids[0]: record for record in records}


def by_number(owners: Mapping[SourceId, int]) -> dict[int, int]:
    return {number_of(source_id): pk for source_id, pk in owners.items()}


def number_of(source_id: SourceId) -> int:
    return int(source_id.value.rpartition("-")[2])


def _write(kind: str, rows: Rows) -> dict[SourceId, int]:
    """Our ids of what somebody else has written meanwhile, and which stays. It is looked for only if there is any."""
    try:
        _insert(kind, rows)
    except IntegrityError:
        return _insert_missing(kind, rows)
    return {}


@again_if_overtaken
@movieverse.atomic("catalog", _ATTEMPTS)
def _insert_missing(kind: str, rows: Rows) -> dict[SourceId, int]:
    owners = owners_of(kind, rows)
    _insert(kind, {source_id: row for source_id, row in rows.items() if source_id not in owners})
    return owners


@movieverse.atomic("catalog", _ATTEMPTS)
def _insert(kind: str, rows: Rows) -> None:
    if rows:
        insert_all(list(rows.values()))
        insert_all([_external_id(kind, source_id, row.pk) for source_id, row in rows.items()])
        events.saved(kind, [row.pk for row in rows.values()])


def _external_id(kind: str, source_id: SourceId, pk: int) -> ExternalId:
    key = ExternalId.key_of(kind, *source_id)
    return ExternalId(key=key, kind=kind, source=source_id.source, value=source_id.value, object_id=pk)


def said(facts: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """With their origins. What is empty says nothing."""
    told = {fact: value for fact, value in facts.items() if value}
    return told | {"origins": dict.fromkeys(told, origin)}


@cache
def _blank(model: type[CatalogModel]) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


def row_of(model: Any, values: dict[str, Any]) -> Any:
    """With values for all of its fields, which takes a tenth of the time."""
    moment = timezone.now()
    row = model(*(_blank(model) | {"created_at": moment, "updated_at": moment} | values).values())
    row.derive()
    return row
