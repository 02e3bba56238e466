"""What other sources call our rows."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Model

import movieverse
from apps.catalog.models import Collection, Company, Event, ExternalId, Genre, Movie, Person
from apps.catalog.services import events
from movieverse import edits
from movieverse.exceptions import DomainError

MODELS: dict[str, type[Model]] = {
    "movie": Movie,
    "person": Person,
    "genre": Genre,
    "company": Company,
    "collection": Collection,
}


class ExternalIdTaken(DomainError):
    code = "external-id-taken"


def external_id_add(*, kind: str, source: str, value: str, object_id: int, by: int | None = None) -> ExternalId:
    """Record what another source calls a row of ours."""
    key = ExternalId.key_of(kind, source, value)
    row = ExternalId(key=key, kind=kind, source=source, value=value, object_id=object_id)
    row.full_clean(validate_unique=False)
    _check_known(kind, object_id)
    try:
        return _insert(row, by)
    except IntegrityError:
        raise ExternalIdTaken(f"{source}:{value} is already the id of a {kind}.") from None


@movieverse.atomic("catalog")
def _insert(row: ExternalId, by: int | None) -> ExternalId:
    row.save(force_insert=True)
    events.saved(row.kind, [row.object_id])
    _note(row, by, (None, str(row)))
    return row


def external_id_move(*, external_id: ExternalId, object_id: int, by: int | None = None) -> ExternalId:
    """Let another source's id mean another row of ours."""
    _check_known(external_id.kind, object_id)
    return _move(external_id, object_id, by)


@movieverse.atomic("catalog")
def _move(external_id: ExternalId, object_id: int, by: int | None) -> ExternalId:
    row = ExternalId.objects.select_for_update().filter(pk=external_id.pk).first()
    if row is None:
        raise ValidationError(f"There is no external id {external_id} any more.")
    before = row.object_id
    _note(row, by, (str(row), None))
    row.object_id = object_id
    _note(row, by, (None, str(row)))
    row.save(update_fields=["object_id"])
    events.saved(row.kind, [before, object_id])
    return row


@movieverse.atomic("catalog")
def external_id_delete(*, key: str, by: int | None = None) -> None:
    external_id = ExternalId.objects.filter(pk=key).first()
    if external_id:
        _note(external_id, by, (str(external_id), None))
        external_id.delete()
        events.saved(external_id.kind, [external_id.object_id])


def _note(external_id: ExternalId, by: int | None, change: tuple[str | None, str | None]) -> None:
    """With the row that it is an id of."""
    if by is not None:
        row = MODELS[external_id.kind]._default_manager.filter(pk=external_id.object_id).first()
        if row is not None:
            edits.note(Event, kind=external_id.kind, row=row, by=by, changes={"external_ids": change})


def _check_known(kind: str, object_id: int) -> None:
    if not MODELS[kind]._default_manager.filter(pk=object_id).exists():
        raise ValidationError({"object_id": f"There is no {kind} {object_id}."})
