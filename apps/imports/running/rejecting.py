"""The rows that could not be used, on their way into the accounts store."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from apps.catalog.records import Problem
from apps.imports.models import Import, RejectedRow
from apps.imports.sources.headers import cut
from apps.imports.sources.tables import cells_of

MOST_KEPT = 100_000  # of an import; the others are counted
_MOST_CELLS = 1 << 18  # characters of a row; one that is longer is kept without its cells


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """A row, or a value of one, that cannot be used, and why."""

    kind: str
    file: str
    line: int
    column: str
    value: str
    reason: str
    cells: dict[str, str] = field(default_factory=dict)
    is_used: bool = False  # but for the value


def with_cells(problems: Iterable[tuple[str, Problem]], paths: Sequence[Path]) -> Iterator[Rejected]:
    """Of problems and their kinds; what their rows hold is looked up in the files."""
    by_file: dict[str, dict[int, list[tuple[str, Problem]]]] = defaultdict(lambda: defaultdict(list))
    for kind, problem in problems:
        by_file[problem.file][problem.line].append((kind, problem))
    found = {path.name: path for path in paths}
    for file, by_line in by_file.items():
        if file in found:
            for line, cells in cells_of(found[file], by_line):
                yield from (_rejected(*told, cells) for told in by_line.pop(line))
        for told in (told for same in by_line.values() for told in same):  # which are about no one line
            yield _rejected(*told, {})


def _rejected(kind: str, problem: Problem, cells: dict[str, str]) -> Rejected:
    return Rejected(
        kind=kind,
        file=problem.file,
        line=problem.line,
        column=problem.column,
        value=problem.value,
        reason=problem.reason,
        cells=cells,
        is_used=problem.row_is_used,
    )


def store(import_id: int, rows: Sequence[Rejected]) -> None:
    """Within a transaction that holds the import. Of a member who was erased meanwhile nothing is kept."""
    if not Import.objects.only("by", "files").get(pk=import_id).is_nobodys:
        RejectedRow.objects.bulk_create(_row(import_id, one) for one in rows)


def _row(import_id: int, told: Rejected) -> RejectedRow:
    return RejectedRow(
        imported_id=import_id,
        kind=told.kind,
        file=cut(told.file, 255),
        line=told.line,
        column=cut(told.column, 200),
        value=cut(told.value, 500),
        reason=cut(told.reason, 500),
        is_used=told.is_used,
        cells=told.cells if sum(map(len, told.cells.values())) <= _MOST_CELLS else {},
    )
