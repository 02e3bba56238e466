"""What a data set is to an import."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.imports.running.run import Run
from apps.imports.sources.opening import SourceError

Kept = dict[str, Any]  # {store, kind, id, why}: what undoing leaves as it is


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """`load` may be called again after it was interrupted anywhere, and then does what is left.

    `undo` takes back what the import of this id has written: because somebody wants that, or because it did not
    complete. It, too, may be called again; each time it tells of all that is left as it is.
    """

    name: str
    title: str
    tables: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the columns of each, by which it is recognised
    recognise: Callable[[Sequence[Path]], Mapping[str, Path]]  # raises SourceError unless they are all that it takes
    mapped: Callable[[Path, Mapping[str, str]], Mapping[str, str]] | None = None  # of a table with any names of columns
    load: Callable[[Any], None]  # takes a Run, that of an import is a Job
    undo: Callable[[int], Iterable[Kept]]
    is_import: bool = True  # what is none is a job of another kind


def only(table: str, paths: Sequence[Path]) -> Mapping[str, Path]:
    """Of a data set of one table."""
    if len(paths) != 1:
        raise SourceError(f"A table of {table} is imported by itself: name one file.")
    return {table: paths[0]}


def read(run: Run, reader: Callable[[Sequence[Path]], Any], kind: str) -> Any:
    """What the files hold, its problems told; of a retry, what its rows bring about."""
    run.survey()
    found = reader(run.paths)
    if run.again:
        found = run.again.narrowed(found, before=reader(run.again.paths))
    run.fail(kind, found.problems)
    return found
