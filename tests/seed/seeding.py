from io import StringIO
from typing import Any

from django.core.management import call_command

from movieverse.bulk import Counts
from seed.run import KINDS


def seeded(*args: Any, **options: Any) -> tuple[dict[str, Counts], list[str]]:
    """What a run's closing table says, and the lines on stderr."""
    out, err = StringIO(), StringIO()
    call_command("seed", *map(str, args), stdout=out, stderr=err, **options)
    return _table(out.getvalue()), err.getvalue().splitlines()


def _table(text: str) -> dict[str, Counts]:
    return {
        kind: Counts(*(int(cell.replace(",", "")) for cell in line.removeprefix(kind).split()))
        for line in text.splitlines()
        for kind in KINDS
        if line.startswith(kind)
    }


def assert_nothing_to_do(counts: dict[str, Counts]) -> None:
    assert counts
    assert [(kind, of) for kind, of in counts.items() if of.created or of.updated or of.failed] == []
