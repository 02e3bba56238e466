from typing import NamedTuple


class Finding(NamedTuple):
    kind: str  # of the row that is wrong
    id: object
    fault: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.fault}"
