"""What is wrong with the stored data: read from all stores, nothing changed.

Left to themselves the stores cannot know it: none sees the others, and not every engine has constraints. Rows are
read in batches, so that memory does not grow with the data but for the ids that several rows point at.
"""

from collections.abc import Iterator

from apps.insights.batches import Read, in_batches
from apps.insights.soundness.duplicates import duplicates
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.names import external_ids, names
from apps.insights.soundness.pointers import pointers
from apps.insights.soundness.ratings import ratings
from apps.insights.soundness.titles import titles

__all__ = ["Finding", "findings"]

_CHECKS = (titles, names, external_ids, duplicates, pointers, ratings)


def findings(read: Read = in_batches) -> Iterator[Finding]:
    for check in _CHECKS:
        yield from check(read)
