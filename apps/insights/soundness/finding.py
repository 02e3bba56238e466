from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


class Finding(NamedTuple):
    kind: str  # of the row that is wrong
    id: Any
    fault: str
    code: str = ""  # of what is wrong between rows or stores, for which there is a remedy
    subject: Any = None  # what the remedy is applied to, where that is not the row
    rows: int = 1  # how many it stands for

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.fault}"


def found_twice(check: Callable[[Sequence[Row]], Iterable[Finding]], rows: Sequence[Row]) -> Iterator[Finding]:
    """What holds of the rows as they were read, and again as they are now.

    Others write meanwhile: what a row points at may have gone between the reading of the two, together with the
    pointer. Once it was seen to be gone it does not come back, so whatever still points at it then is wrong.
    """
    found = list(check(rows))
    if found:
        suspects = type(rows[0])._default_manager.filter(pk__in={finding.id for finding in found}).order_by("pk")
        again = set(check(list(suspects)))
        yield from (finding for finding in found if finding in again)
