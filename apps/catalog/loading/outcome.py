from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from apps.catalog.loading.journal import Journal
from apps.catalog.models.base import CatalogModel
from apps.catalog.records import Problem, SourceId
from apps.catalog.services import events, take_ids
from movieverse.bulk import Counts, bulk_upsert


@dataclass
class Loaded:
    """What became of the rows, by kind; or, in a dry run, what would."""

    dry_run: bool = False
    import_id: int | None = None  # whose journal notes what is written, so that it can be undone
    counts: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, dict[SourceId, int]] = field(default_factory=lambda: defaultdict(dict))  # of the rows met, by kind
    _counted: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set), repr=False)
    _nobodys: Any = field(default_factory=lambda: count(-1, -1), repr=False)

    @property
    def journal(self) -> Journal:
        return Journal(None if self.dry_run else self.import_id)

    def failed(self, kind: str, problem: Problem) -> None:
        self.counts[kind].failed += 1
        self.problems.append(problem)

    def take_ids(self, kind: str, number: int) -> Sequence[int]:
        """New ids; those of a dry run are nobody's."""
        ids = [next(self._nobodys) for _ in range(number)] if self.dry_run else take_ids(kind, number)
        self._counted[kind].update(ids)
        return ids

    def upsert(self, rows: Sequence[Any], update_fields: Sequence[str], **options: Any) -> Counts:
        options |= {"written": _tell, "noted": self.journal.written}
        return bulk_upsert(rows, update_fields=update_fields, dry_run=self.dry_run, **options)

    def changed(self, kind: str, label: str, ids: Iterable[int]) -> None:
        """Some rows that were found need a change. Each is counted once, as created where this run has made it."""
        new = set(ids) - self._counted[kind]
        self._counted[kind] |= new
        self.counts[label] += Counts(updated=len(new), unchanged=-len(new))

    def forget(self, most: int) -> None:
        """Keep a long run's memory flat: what is met again is looked up again. A dry run's rows are nowhere else."""
        remembered: tuple[dict[str, Any], ...] = () if self.dry_run else (self.ids, self._counted)
        for by_kind in remembered:
            for kind in [kind for kind, rows in by_kind.items() if len(rows) > most]:
                del by_kind[kind]

    def add(self, counts: dict[str, Counts]) -> None:
        for kind, number in counts.items():
            self.counts[kind] += number


def _tell(rows: Sequence[Any]) -> None:
    if isinstance(rows[0], CatalogModel):
        events.saved(rows[0].COUNTER, [row.pk for row in rows])
