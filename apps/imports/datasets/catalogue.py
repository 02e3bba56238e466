"""What the data sets of the catalogue share: its journal knows what each import has written."""

from collections.abc import Iterator

from apps.catalog.loading import load_undo
from apps.imports.datasets.base import Kept


def undo(import_id: int) -> Iterator[Kept]:
    return load_undo(import_id=import_id)
