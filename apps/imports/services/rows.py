"""Putting rejected rows right, so that they can be tried again."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError

import movieverse
from apps.imports.models import Import, RejectedRow
from apps.imports.running.again import line_ends
from apps.imports.services.imports import NotPossible, to_be_retried
from apps.imports.sources.headers import listed
from movieverse.exceptions import VersionConflict


@movieverse.atomic("default")
def row_edit(*, row: RejectedRow, cells: Mapping[str, str], version: int | None) -> RejectedRow:
    """Let some of its cells be others. What was edited before stays so, unless it is named."""
    row = RejectedRow.objects.select_for_update().select_related("imported").get(pk=row.pk)
    if version not in (None, row.version):
        raise VersionConflict(row.version)
    _check_editable(row)
    edited = row.edited | cells
    _check_cells(row, cells, edited)
    row.edited = {name: cell for name, cell in edited.items() if cell != row.cells[name]}
    row.version += 1
    row.save(update_fields=["edited", "version"])
    return row


def _check_editable(row: RejectedRow) -> None:
    if row.imported.state != Import.State.COMPLETED:
        raise NotPossible(f"Import {row.imported.pk} is {row.imported.state}: retry it as a whole.")
    if not to_be_retried(row.imported).filter(pk=row.pk).exists():
        why = "was used, but for one value" if row.is_used else f"was tried again in import {row.retried_in_id}"
        raise NotPossible(f"Row {row.pk} {why}.")


def _check_cells(row: RejectedRow, cells: Mapping[str, str], edited: Mapping[str, str]) -> None:
    known = [name for name in row.cells if not name.startswith("+")]
    errors = {name: f"There is no such column. There are: {listed(known)}." for name in cells if name not in known}
    if not errors and _line_ends(edited.values()) > _line_ends(row.cells[name] for name in edited):
        errors = {name: "It has more lines than the row has in its file." for name in cells if line_ends(cells[name])}
    if errors:
        raise ValidationError({"cells": [f"{name}: {why}" for name, why in errors.items()]})


def _line_ends(cells: Iterable[str]) -> int:
    return sum(map(line_ends, cells))
