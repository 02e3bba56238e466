"""A retry of rows that could not be used, by now perhaps put right."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from apps.imports.sources import old_tables
from apps.imports.sources.opening import opened_text
from apps.imports.sources.tables import separator_of

_LINE_END = re.compile(r"\r\n?|\n")

Edits = Mapping[int, Mapping[str, str]]  # {line: {column: cell}}


@dataclass(frozen=True)
class Again:
    places: frozenset[str]  # of the rows
    paths: Sequence[Path]  # the files as they were; those of the run are as somebody has put them right

    def narrowed(self, found: Any, *, before: Any) -> Any:
        """Of what the files hold now what the rows bring about: it is other than before, or was not taken then."""
        lists = [one for one in getattr(found, "lists", ()) if one not in before.lists]
        in_lists = {entry.movie.place for one in lists for entry in one.entries}
        known = {movie.place: movie for movie in before.movies}
        wanted = [
            movie
            for movie in found.movies
            if movie.place in self.places or movie.place in in_lists or known.get(movie.place) != movie
        ]
        problems = [problem for problem in found.problems if problem.place in self.places]
        return replace(found, movies=wanted, problems=problems, **({"lists": lists} if hasattr(found, "lists") else {}))


def write_edited(path: Path, target: Path, edits: Edits, check: Callable[[], None]) -> None:
    """The table with some rows edited, and every other one, and every line, where it was.

    However many they are: before each one `check` is called, and raises when there is to be an end of it.
    """
    with target.open("w", encoding="utf-8", newline="") as written:
        for text in _edited(path, edits):
            check()
            written.write(text)


def _edited(path: Path, edits: Edits) -> Iterator[str]:
    if columns := old_tables.columns_of(path):
        yield from _old_lines(path, columns, edits)
        return
    with opened_text(path) as file:
        yield from _lines(file, edits)


def _old_lines(path: Path, columns: Sequence[str], edits: Edits) -> Iterator[str]:
    for number, cells in old_tables.lines_of(path):
        if number in edits:
            cells = [" ".join(edits[number].get(name, "").splitlines()) for name in columns]
        yield old_tables.SEPARATOR.join(cells) + "\n"


def _lines(file: Iterator[str], edits: Edits) -> Iterator[str]:
    taken: list[str] = []
    first = next(file, "")
    separator = separator_of(first)
    reader = csv.reader(_taking(file, first, taken), delimiter=separator)
    header = [name.strip() for name in next(reader, [])]
    while True:
        yield "".join(taken)
        taken.clear()
        line = reader.line_num + 1
        if next(reader, None) is None:
            break
        if line in edits:
            taken[:] = [_row(header, edits[line], separator, len(taken))]
    yield "".join(taken)


def _taking(file: Iterator[str], first: str, taken: list[str]) -> Iterator[str]:
    for line in chain([first], file):
        taken.append(line)
        yield line


def _row(header: Sequence[str], cells: Mapping[str, str], separator: str, lines: int) -> str:
    """In as many lines as it had, blank ones at its end."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([cells.get(name, "") for name in header])
    return text.getvalue() + "\n" * (lines - line_ends(text.getvalue()))


def line_ends(text: str) -> int:
    return len(_LINE_END.findall(text))
