"""One run of a seed: its progress, what became of the rows, and how that is shown."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tqdm import tqdm

from apps.catalog.loading import Loaded
from apps.catalog.records import Problem
from movieverse.bulk import Counts, batched

FILM_BATCH = 100
KINDS = ("movies", "people", "genres", "external ids", "users", "ratings", "reviews", "profiles")

Item = TypeVar("Item")


@dataclass
class Run(Loaded):
    quiet: bool = False
    notes: list[str] = field(default_factory=list)

    def batches(self, items: Sequence[Item], size: int, unit: str) -> Iterator[Sequence[Item]]:
        """The items in batches, with a progress bar where somebody is watching."""
        hidden = self.quiet or not sys.stderr.isatty()
        with tqdm(total=len(items), unit=f" {unit}", disable=hidden, file=sys.stderr, leave=False) as bar:
            for batch in batched(items, size):
                yield batch
                bar.update(len(batch))

    def fail(self, kind: str, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.failed(kind, problem)

    def table(self) -> str:
        columns = list(vars(Counts()))
        rows = [["", *columns]] + [
            [kind, *(f"{getattr(self.counts[kind], name):,}" for name in columns)]
            for kind in KINDS
            if kind in self.counts
        ]
        return "\n".join(f"{row[0]:<13}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)
