"""Which of the files given holds which table of a data set: told by their headers, whatever they are called."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from apps.imports.sources.tables import SourceError, header_of

INDEX = {"", "index"}  # what pandas calls the numbers of rows
LIKELY = 1 / 2  # from which share of common columns on a file is taken for a table
_SUFFIXES = (".csv", ".tsv", ".dat", ".csv.gz", ".tsv.gz", ".dat.gz")


class DataSet(NamedTuple):
    name: str
    columns: Mapping[str, Sequence[str]]  # of each of its tables
    folder: str = ""  # below the one given, in which tables stand as well


def recognised(data_set: DataSet, paths: Iterable[Path]) -> dict[str, Path]:
    """The file of each table. SourceError for two of one table, and for what is given and none of the data set's."""
    files: dict[str, Path] = {}
    for path, header in _candidates(data_set, paths):
        table = _table(data_set, path, header)
        if table in files:
            raise SourceError(f"{files[table]} and {path} are both tables of {table}: give one of each.")
        if path.name in {known.name for known in files.values()}:
            raise SourceError(f"Two files are called {path.name}: rename one, so that messages can tell them apart.")
        files[table] = path
    return files


def _candidates(data_set: DataSet, paths: Iterable[Path]) -> Iterator[tuple[Path, list[str]]]:
    """The files given, and of folders those that look like the data set's; each once, however often it is given."""
    seen = set()
    for path, is_given in _files(data_set, paths):
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        header = header_of(path) if is_given else _readable_header(path)
        if is_given or _likely_table(data_set, header):
            yield path, header


def _files(data_set: DataSet, paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Files, and whether they were given themselves. Hidden ones, as macOS leaves them in archives, are not read."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        below = path.glob(f"{data_set.folder}/[!.]*") if data_set.folder else ()
        for file in sorted((*path.glob("[!.]*"), *below)):
            if file.name.lower().endswith(_SUFFIXES) and file.is_file():
                yield file, False


def _readable_header(path: Path) -> list[str]:
    """Whatever else lies in a folder may be damaged, or in another encoding."""
    try:
        return header_of(path)
    except SourceError:
        return []


class Likeness(NamedTuple):
    """The table of a data set that a header is most like, and what is different."""

    table: str
    share: float  # of all their columns those that are in both
    missing: list[str]
    extra: list[str]


def likeness(columns: Mapping[str, Sequence[str]], header: Iterable[str]) -> Likeness:
    names = dict.fromkeys(name for name in header if name not in INDEX)
    return max((_compared(table, own, names) for table, own in columns.items()), key=lambda one: one.share)


def _compared(table: str, own: Sequence[str], names: Mapping[str, None]) -> Likeness:
    both, all_ = names.keys() & own, {*names, *own}
    missing, extra = [name for name in own if name not in both], [name for name in names if name not in both]
    return Likeness(table, len(both) / len(all_), missing, extra)


def _likely_table(data_set: DataSet, header: Iterable[str]) -> str:
    """The table that the header agrees with best: more than half of all their columns are in both."""
    best = likeness(data_set.columns, header)
    return best.table if best.share > LIKELY else ""


def _table(data_set: DataSet, path: Path, header: list[str]) -> str:
    table = _likely_table(data_set, header)
    if not table:
        raise SourceError(f"{path} is no table of the {data_set.name} data set: its header is {header}.")
    missing = [name for name in data_set.columns[table] if name not in header]
    if missing:
        raise SourceError(f"{path}, the table of {table}, lacks the column {', '.join(missing)}.")
    return table
