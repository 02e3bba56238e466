"""What an import wrote into the catalogue, and how that is taken back."""

from collections.abc import Iterator
from typing import Any

from movieverse.bulk import Counts


def load_counts(*, import_id: int) -> dict[str, Counts]:
    return {}


def load_undo(*, import_id: int) -> Iterator[dict[str, Any]]:
    return iter(())
