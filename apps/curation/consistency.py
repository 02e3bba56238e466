"""Whether rows and stores agree, and the putting right of what does not."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.curation.remedies import REMEDIES
from apps.insights.batches import Reader
from apps.insights.soundness import DRIFT, Check, Finding, drift
from movieverse.exceptions import StoreUnavailable

_BATCH = 500  # findings that are put right together

logger = logging.getLogger(__name__)


@dataclass
class Findings:
    """What a check has found: so many rows of each code, and of the findings the first few."""

    most: int  # of a code that are kept
    rows: Counter[str] = field(default_factory=Counter)
    kept: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    checks: list[Check] = field(default_factory=list)  # those that have found something

    def add(self, finding: Finding, check: Check) -> None:
        self.rows[finding.code] += finding.rows
        if len(self.kept[finding.code]) < self.most:
            self.kept[finding.code].append(finding)
        if check not in self.checks:
            self.checks.append(check)

    @property
    def repairable(self) -> dict[str, int]:
        return {code: number for code, number in self.rows.items() if REMEDIES[code].repair}


def check(
    read: Reader, *, most: int, checks: Iterable[Check] = DRIFT, tell: Callable[[Finding], None] | None = None
) -> Findings:
    """Look, and change nothing. Each finding is told as it is found."""
    found = Findings(most)
    for one in checks:
        for finding in drift(one, read):
            found.add(finding, one)
            if tell:
                tell(finding)
    return found


@dataclass
class Repaired:
    rows: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def repair(read: Reader, *, checks: Iterable[Check] = DRIFT) -> Repaired:
    """Put right what the checks find now, a batch at a time. Interrupted, what is done stays done."""
    repaired = Repaired()
    for one in checks:
        for code, batch in _batches(drift(one, read)):
            _apply(code, batch, repaired)
    return repaired


def _batches(found: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    batches: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        if REMEDIES[finding.code].repair:
            batch = batches[finding.code]
            batch.append(finding)
            if len(batch) == _BATCH:
                yield finding.code, batches.pop(finding.code)
    yield from batches.items()


def _apply(code: str, batch: list[Finding], repaired: Repaired) -> None:
    """A remedy that fails, say at a row that is broken in itself, keeps no other from being applied."""
    remedy: Any = REMEDIES[code].repair
    subjects = sorted({finding.subject for finding in batch})
    try:
        remedy(subjects)
    except StoreUnavailable:
        raise
    except Exception as error:
        if len(subjects) > 1:
            for subject in subjects:
                _apply(code, [finding for finding in batch if finding.subject == subject], repaired)
            return
        logger.exception("%s cannot be put right.", code)
        repaired.failures.append(f"{code}: {type(error).__name__}: {error}")
    else:
        repaired.rows[code] += sum(finding.rows for finding in batch)


def told(finding: Finding) -> dict[str, Any]:
    """A finding for machines, and for keeping."""
    remedy = REMEDIES[finding.code]
    return {
        "code": finding.code,
        "kind": finding.kind,
        "id": finding.id,
        "subject": finding.subject,
        "rows": finding.rows,
        "fault": finding.fault,
        "remedy": remedy.words,
        "repairable": remedy.repair is not None,
    }
