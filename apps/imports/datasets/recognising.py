"""Which data set files are of, told by their headers; and what is to be said of the files before they are read."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple

from apps.imports.datasets import DATASETS, DataSet
from apps.imports.sources.files import LIKELY, Likeness, likeness
from apps.imports.sources.findings import findings_of
from apps.imports.sources.headers import listed, not_shown, shown
from apps.imports.sources.opening import SourceError
from apps.imports.sources.tables import header_of
from movieverse.exceptions import DomainError


class Nearest(NamedTuple):
    data_set: DataSet
    of: Likeness

    @property
    def is_it(self) -> bool:
        return self.of.share > LIKELY and not self.of.missing


class Unrecognised(DomainError):
    status = 422
    code = "unrecognised-files"

    def __init__(self, files: Sequence[tuple[Path, Sequence[str], Nearest]]) -> None:
        super().__init__(" ".join(starmap(_told, files)))
        self.members = {"files": list(starmap(_described, files))}


def examine(
    paths: Sequence[Path], dataset: str = "", mapping: Mapping[str, str] | None = None
) -> tuple[DataSet, list[dict[str, str]]]:
    """The data set, unless it is named, and what was noticed of the files. Raises SourceError or Unrecognised."""
    headers = {path: header_of(path) for path in paths}
    data_set = DATASETS[dataset] if dataset else _of(headers)
    if dataset and data_set.tables:
        _check(headers, [data_set])
    for path in data_set.recognise(paths).values():
        _check_mapping(data_set, path, mapping or {})
    return data_set, [found._asdict() for path in paths for found in findings_of(path, data_set.tables)]


def _check_mapping(data_set: DataSet, path: Path, mapping: Mapping[str, str]) -> None:
    if data_set.mapped:
        data_set.mapped(path, mapping)
    elif mapping:
        raise SourceError(f"{data_set.title} takes no mapping: its columns have names of their own.")


def _of(headers: Mapping[Path, list[str]]) -> DataSet:
    nearest = _check(headers, DATASETS.values())
    found = {one.data_set.name: one.data_set for one in nearest.values()}
    if len(found) > 1:
        told = "; ".join(f"{path.name} is of {one.data_set.title}" for path, one in nearest.items())
        raise SourceError(f"The files are of different data sets: {told}. Import those of each by themselves.")
    return next(iter(found.values()))


def _check(headers: Mapping[Path, list[str]], data_sets: Iterable[DataSet]) -> dict[Path, Nearest]:
    nearest = {path: _nearest(header, data_sets) for path, header in headers.items()}
    if wrong := [path for path, one in nearest.items() if not one.is_it]:
        raise Unrecognised([(path, headers[path], nearest[path]) for path in wrong])
    return nearest


def _nearest(header: Sequence[str], data_sets: Iterable[DataSet]) -> Nearest:
    found = (Nearest(one, likeness(one.tables, header)) for one in data_sets if one.tables)
    return max(found, key=lambda one: (one.is_it, one.of.share))


def _described(path: Path, header: Sequence[str], nearest: Nearest) -> dict[str, Any]:
    about = {"dataset": nearest.data_set.name, "table": nearest.of.table}
    differences = {"missing": nearest.of.missing, "extra": shown(nearest.of.extra)}
    seen = {"columns": shown(header), "more_columns": not_shown(header)}
    return {"file": path.name, **seen, "nearest": about | differences}


def _told(path: Path, header: Sequence[str], nearest: Nearest) -> str:
    lacks = f"lacks {', '.join(nearest.of.missing)}" if nearest.of.missing else "has too many others"
    return (
        f"{path.name} is of no data set that is known: its columns are {listed(header)}. "
        f"The nearest is {nearest.data_set.title}, table {nearest.of.table}, of which it {lacks}. "
        "A table of your own is imported as dataset films or ratings."
    )
