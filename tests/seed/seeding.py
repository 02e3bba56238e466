from io import StringIO
from typing import Any, NamedTuple

from django.core.management import call_command

from movieverse.bulk import Counts
from seed.run import KINDS


class Seeded(NamedTuple):
    """What a run's closing table says, and the lines on stderr."""

    counts: dict[str, Counts]
    lines: list[str]

    def created(self) -> dict[str, int]:
        return {kind: of.created for kind, of in self.counts.items() if of.created}


def seeded(*args: Any, **options: Any) -> Seeded:
    out, err = StringIO(), StringIO()
    call_command("seed", *map(str, args), stdout=out, stderr=err, **options)
    return Seeded(_table(out.getvalue()), err.getvalue().splitlines())


def _table(text: str) -> dict[str, Counts]:
    return {
        kind: Counts(*(int(cell.replace(",", "")) for cell in line.removeprefix(kind).split()))
        for line in text.splitlines()
        for kind in KINDS
        if line.startswith(f"{kind} ")
    }


def assert_nothing_to_do(counts: dict[str, Counts]) -> None:
    assert counts
    assert [(kind, of) for kind, of in counts.items() if of.created or of.updated or of.failed] == []
