"""What the stores hold, and whether it is sound."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import OutputWrapper
from django.db.models import QuerySet
from tqdm import tqdm

from apps.catalog.digest import digests
from apps.insights.batches import in_batches
from apps.insights.counts import counts
from apps.insights.soundness import Finding, findings

_MOST = 50  # findings of a kind that are shown


def verify(out: OutputWrapper, *, quiet: bool) -> int:
    """Tell of everything that is wrong. Returns how much that is."""
    if not quiet:
        out.write(_counted())
        out.write(_digested())
    hidden = quiet or not sys.stderr.isatty()
    return _tell(findings(in_batches if hidden else _watched), out)


def _watched(rows: QuerySet[Any], size: int) -> Iterator[list[Any]]:
    with tqdm(total=rows.count(), unit=f" {rows.model._meta.verbose_name_plural}", leave=False) as bar:
        for batch in in_batches(rows, size):
            yield batch
            bar.update(len(batch))


def _counted() -> str:
    rows = [f"{row.store:<10}{row.engine:<12}{row.kind:<18}{row.number:>12,}" for row in counts()]
    return "\n".join(rows)


def _digested() -> str:
    """Two installations that hold the same catalogue show the same."""
    try:
        found = digests()
    except (AttributeError, KeyError, TypeError):  # of rows whose documents are broken, which are told of below
        return "The catalogue has no digests: some of its documents are broken."
    return "\n".join(f"digest of {kind:<12}{digest}" for kind, digest in found.items())


def _tell(found: Iterable[Finding], out: OutputWrapper) -> int:
    """Up to _MOST of a kind, when all are found: until then a progress bar may stand there."""
    shown: list[Finding] = []
    number: dict[str, int] = defaultdict(int)
    for finding in found:
        number[finding.kind] += 1
        if number[finding.kind] <= _MOST:
            shown.append(finding)
    for finding in shown:
        out.write(str(finding))
    for kind, of_kind in number.items():
        if of_kind > _MOST:
            out.write(f"… and {of_kind - _MOST:,} more of the kind {kind}")
    return sum(number.values())
