"""How any row of the catalogue is written: its version checked and raised, its facts' origins kept."""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import TypeVar

import movieverse
from apps.catalog.documents import Origin
from apps.catalog.models import Event, ExternalId, Tombstone
from apps.catalog.models.base import CatalogModel, DescribedModel
from apps.catalog.services import events
from apps.catalog.services.ids import take_ids
from apps.catalog.sources import CURATOR
from movieverse import edits
from movieverse.exceptions import DomainError, VersionConflict

Row = TypeVar("Row", bound=CatalogModel)


def locked(row: Row, version: int | None) -> Row | None:
    """The row as it is stored, held until the transaction ends. Raises VersionConflict where it is another one."""
    stored = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    current = stored.version if stored else None
    if version is not None and version != current:
        raise VersionConflict(current)
    return stored


def save(
    row: Row, *, by: int | None = None, version: int | None, also: Callable[[Row | None, Row], None] | None = None
) -> Row:
    """Validate and store a row, in one transaction with what `also` does, given the row before and after."""
    if row.pk is None:
        row.pk = take_ids(row.COUNTER)[0]
    written = _write(row, by, version, also)
    row.__dict__.update(written.__dict__)
    return row


@movieverse.atomic("catalog")
def _write(row: Row, by: int | None, version: int | None, also: Callable[[Row | None, Row], None] | None) -> Row:
    """The row given stays as it is, for where the transaction has to be run again: what is derived was not given."""
    stored, written = locked(row, version), copy(row)
    if stored:
        written.__dict__.update({name: getattr(stored, name) for name in row.PROJECTED})
    if isinstance(written, DescribedModel):
        written.origins = _origins(written, stored, by)
    written.derive()
    written.full_clean(validate_unique=False)
    if stored and _is_same(written, stored):
        return stored
    written.version = stored.version + 1 if stored else 1
    written.save(force_insert=stored is None, update_fields=row.own_columns() if stored else None)
    events.saved(row.COUNTER, [written.pk])
    edits.note_row(Event, kind=row.COUNTER, before=stored, after=written, by=by)
    if also:
        also(stored, written)
    return written


def _is_same(row: CatalogModel, stored: CatalogModel) -> bool:
    """Who changes nothing makes no new version, which others would then have to read again."""
    kept = ("version", "created_at", "updated_at")
    names = [field.attname for field in row._meta.concrete_fields if field.attname not in kept]
    return all(getattr(row, name) == getattr(stored, name) for name in names)


def _origins(row: DescribedModel, stored: CatalogModel | None, by: int | None) -> dict[str, Origin]:
    """What a curator has changed is theirs, and locked."""
    before = stored if isinstance(stored, DescribedModel) else type(row)()
    changed = (fact for fact in row.FACTS if getattr(row, fact, None) != getattr(before, fact, None))
    return {**before.origins, **{fact: written_by(by) for fact in changed}}


def written_by(by: int | None) -> Origin:
    origin = Origin(source=CURATOR, at=now(), locked=True)
    if by is not None:
        origin["by"] = by
    return origin


def now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def erase(row: CatalogModel, kind: str | None, *, by: int | None, version: int | None) -> None:
    """Delete a row within a transaction, and what other sources call it."""
    edits.note_row(Event, kind=row.COUNTER, before=locked(row, version), after=None, by=by)
    if kind:
        check_settled(kind, row.pk)
        ExternalId.objects.filter(object_id=row.pk, kind=kind).delete()
    type(row)._default_manager.filter(pk=row.pk).delete()  # row.delete() would forget the id, and may be run again
    events.deleted(row.COUNTER, [row.pk])


class StillMerging(DomainError):
    code = "still-merging"


def check_settled(kind: str, *ids: int) -> None:
    """What still moves to a row would be left behind where that row itself goes."""
    for stone in Tombstone.objects.filter(into__in=ids, settled=False):
        if stone.key.startswith(f"{kind}:"):
            raise StillMerging(f"Merge {stone.merge_id}, into the {kind} {stone.into}, is still under way.")
