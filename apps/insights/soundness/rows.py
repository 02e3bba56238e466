"""What a row may have wrong by itself."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db.models import Model

from apps.catalog.models.base import CatalogModel, DescribedModel


def faults_of(row: CatalogModel) -> Iterator[str]:
    """Of a row of the catalogue: what no service would have let in; else, what does not follow from the rest."""
    found = [*refused(row), *_origin_faults(row)]
    yield from found or _underived(row)


def refused(row: Model) -> Iterator[str]:
    """What no service would have let in."""
    for check in (row.clean_fields, row.clean):
        try:
            check()
        except ValidationError as error:
            for name, reasons in error.message_dict.items():
                yield f"{name}: {' '.join(reasons)}"


def _origin_faults(row: CatalogModel) -> Iterator[str]:
    if not isinstance(row, DescribedModel):
        return
    if not isinstance(row.origins, dict):
        yield f"origins: This is an object, not {row.origins!r}."
        return
    for fact, origin in row.origins.items():
        if fact not in row.FACTS:
            yield f"origins: There is no fact {fact!r}."
        elif not isinstance(origin, dict) or not {"source", "at"} <= origin.keys():
            yield f"origins: {fact} has neither a source nor a time, but {origin!r}."


def _underived(row: CatalogModel) -> Iterator[str]:
    stored = dict(vars(row))
    row.derive()
    for name, derived in vars(row).items():
        if stored[name] != derived:
            yield f"{name} is {stored[name]!r}, but {derived!r} follows from the rest"
