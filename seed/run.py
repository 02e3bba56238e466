"""One run of a seed: its progress, what became of the rows, and how that is shown."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tqdm import tqdm

from apps.catalog.loading import Loaded, MovieLoader
from apps.catalog.records import MovieRecord, Problem
from movieverse.bulk import Counts, batched
from movieverse.outbox.relay import relay_all

_TITLE_BATCH = 100
KINDS = (
    *("movies", "people", "genres", "companies", "collections", "lists", "list entries", "external ids"),
    *("users", "ratings", "reviews", "tags", "profiles"),
)

Item = TypeVar("Item")


@dataclass
class Run(Loaded):
    quiet: bool = False
    notes: list[str] = field(default_factory=list)

    def load_movies(self, records: Sequence[MovieRecord], source: str) -> MovieLoader:
        loader = MovieLoader(self, source)
        self._note(f"Looking up {len(records):,} titles and their people …")
        for batch in self.batches(loader.recognise(records), _TITLE_BATCH, "titles"):
            loader.load(batch)
        return loader

    def relay(self) -> None:
        """Have the stores know of each other what they can; what is left, the relay tells them later."""
        if not self.dry_run:
            self._note("Telling the stores of each other's changes …")
            relay_all()

    def tell(self, text: str) -> None:
        """At once where somebody is watching, else with what is told at the end."""
        if self._is_silent():
            self.notes.append(text)
        self._note(text)

    def _note(self, text: str) -> None:
        if not self._is_silent():
            sys.stderr.write(f"{text}\n")

    def batches(self, items: Sequence[Item], size: int, unit: str) -> Iterator[Sequence[Item]]:
        """The items in batches, with a progress bar where somebody is watching."""
        with tqdm(total=len(items), unit=f" {unit}", disable=self._is_silent(), file=sys.stderr, leave=False) as bar:
            for batch in batched(items, size):
                yield batch
                bar.update(len(batch))

    def _is_silent(self) -> bool:
        return self.quiet or not sys.stderr.isatty()

    def fail(self, kind: str, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems.append(problem)
            self.counts[kind].failed += not problem.row_is_used

    def table(self) -> str:
        columns = list(vars(Counts()))
        rows = [["", *columns]] + [
            [kind, *(f"{getattr(self.counts[kind], name):,}" for name in columns)]
            for kind in KINDS
            if kind in self.counts
        ]
        title = "Nothing was written. This is what would become of the rows:\n" if self.dry_run else ""
        return title + "\n".join(f"{row[0]:<13}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)
