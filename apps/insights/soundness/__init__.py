"""What is wrong with the stored data: read from all stores, nothing changed.

Left to themselves the stores cannot know it: none sees the others, and not every engine has constraints. Rows are
read in batches, so that memory does not grow with the data but for the rows that are there twice. Others may write
meanwhile: what they are just about to put right, and what an event on its way puts right, is nothing wrong.
"""

from collections.abc import Callable, Iterable, Iterator

from apps.insights.batches import Reader
from apps.insights.soundness.displayed import displayed_names
from apps.insights.soundness.duplicates import duplicates
from apps.insights.soundness.finding import Finding
from apps.insights.soundness.names import external_ids, names
from apps.insights.soundness.outboxes import outboxes_left
from apps.insights.soundness.pointers import pointers
from apps.insights.soundness.projections import projections
from apps.insights.soundness.ratings import ratings, summaries
from apps.insights.soundness.standing import standing
from apps.insights.soundness.titles import titles

__all__ = ["DRIFT", "Check", "Finding", "drift", "findings"]

Check = Callable[[Reader], Iterable[Finding]]

_CHECKS: tuple[Check, ...] = (
    titles, names, external_ids, duplicates, pointers, standing, ratings, projections, displayed_names
)  # fmt: skip

# What disagrees between rows and stores. What one of them finds may be put right before the next one looks: summaries
# are of the ratings that are left, and are what the catalogue shows. The search index and the cache come behind them.
DRIFT: tuple[Check, ...] = (
    pointers, titles, standing, summaries, projections, displayed_names, duplicates, outboxes_left
)  # fmt: skip


def findings(read: Reader | None = None) -> Iterator[Finding]:
    """Everything that is wrong."""
    for check in _CHECKS:
        yield from check(read or Reader())


def drift(check: Check, read: Reader) -> Iterator[Finding]:
    """Of what a check finds, that which no row has wrong by itself."""
    return (finding for finding in check(read) if finding.code)
