"""What the stores hold, and whether it is sound."""

from collections import Counter
from collections.abc import Iterable

from django.core.management.base import OutputWrapper

from apps.catalog.digest import digests
from apps.insights.batches import reader
from apps.insights.counts import counts
from apps.insights.soundness import Finding, findings

_MOST = 50  # findings of a kind that are shown


def verify(out: OutputWrapper, *, quiet: bool) -> int:
    """Tell of everything that is wrong. Returns how much that is."""
    if not quiet:
        out.write(_counted())
        out.write(_digested())
    return _tell(findings(reader(quiet=quiet)), out)


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
    listed, more = Counter[str](), Counter[str]()
    number = 0
    for finding in found:
        number += finding.rows
        listed[finding.kind] += 1
        if listed[finding.kind] <= _MOST:
            shown.append(finding)
        else:
            more[finding.kind] += finding.rows
    for finding in shown:
        out.write(str(finding))
    for kind, of_kind in more.items():
        out.write(f"… and {of_kind:,} more of the kind {kind}")
    return number
