"""One run of a loader: its files, what became of their rows, and how far it is, for whoever watches."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tqdm import tqdm

from apps.catalog.loading import Loaded, MovieLoader
from apps.catalog.models import CuratedList
from apps.catalog.records import ListRecord, MovieRecord, Problem
from apps.imports.running.again import Again
from movieverse.bulk import Counts, batched

_TITLE_BATCH = 100
KINDS = (
    *("movies", "people", "genres", "companies", "collections", "lists", "list entries", "external ids"),
    *("users", "ratings", "reviews", "tags", "profiles", "lines"),
)

Item = TypeVar("Item")


class Bar:
    """What somebody sees who waits for the end at a terminal; nothing elsewhere."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.is_silent = quiet or not sys.stderr.isatty()
        self._bars: list[Any] = []  # of stages within stages the innermost is last

    def note(self, text: str) -> None:
        if not self.is_silent:
            sys.stderr.write(f"{text}\n")

    def begin(self, unit: str, total: int) -> None:
        bar = tqdm(total=total or None, unit=f" {unit}", disable=self.is_silent, file=sys.stderr, leave=False)
        self._bars.append(bar)

    def advance(self, number: int) -> None:
        if self._bars:
            self._bars[-1].update(number)

    def end(self) -> None:
        self._bars.pop().close()


@dataclass(kw_only=True)
class Run(Loaded):
    """`mode` insert leaves titles and lists alone that are there; upsert brings them up to date."""

    paths: Sequence[Path] = ()
    mode: str = "upsert"
    bar: Bar = field(default_factory=lambda: Bar(quiet=True))
    notes: list[str] = field(default_factory=list)
    again: Again | None = None

    def survey(self) -> None:
        """Before the files are read: count what is in them, for whoever wants to know."""

    def load_movies(self, records: Sequence[MovieRecord], source: str) -> MovieLoader:
        loader = MovieLoader(self, source)
        self.bar.note(f"Looking up {len(records):,} titles and their people …")
        wanted = self._wanted(loader.recognise(records), loader)
        for batch in self.batches(wanted, _TITLE_BATCH, "titles"):
            loader.load(batch)
        return loader

    def _wanted(self, records: list[MovieRecord], loader: MovieLoader) -> list[MovieRecord]:
        if self.mode == "upsert":
            return records
        new = [record for record in records if record.place not in loader.ids]
        self.counts["movies"].unchanged += len(records) - len(new)
        return new

    def wanted_lists(self, records: Sequence[ListRecord]) -> Sequence[ListRecord]:
        if self.mode == "upsert":
            return records
        known = set(CuratedList.objects.filter(slug__in=[one.slug for one in records]).values_list("slug", flat=True))
        self.counts["lists"].unchanged += len(known)
        return [one for one in records if one.slug not in known]

    def batches(self, items: Sequence[Item], size: int, unit: str) -> Iterator[Sequence[Item]]:
        """The items in batches; whoever watches learns of each when it is done."""
        with self.stage(unit, len(items)):
            for batch in batched(items, size):
                yield batch
                self.done(len(batch))

    @contextmanager
    def stage(self, unit: str, total: int = 0) -> Iterator[None]:
        """While it lasts, so many of something are worked on; 0: nobody knows."""
        self.begin(unit, total)
        try:
            yield
        finally:
            self.bar.end()

    def begin(self, unit: str, total: int) -> None:
        self.bar.begin(unit, total)

    def done(self, number: int) -> None:
        self.bar.advance(number)

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
