"""What the data sets of the catalogue share: its journal knows what each import has written."""

from collections.abc import Iterator

from apps.catalog.loading.journal import load_undo
from apps.imports.datasets.base import Kept


def undo(import_id: int) -> Iterator[Kept]:
    yield from load_undo(import_id=import_id)


def clean_up(import_id: int) -> None:
    for _ in undo(import_id):
        pass
