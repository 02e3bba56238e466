"""tags.csv: the words that raters give films."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from apps.catalog.records import Problem
from apps.imports.sources.tables import BadCell, Row, read_rows

_LONGEST = 100


class TagRecord(NamedTuple):
    place: str
    user: str
    movie: str
    text: str


def tags_of(path: Path, problems: list[Problem]) -> Iterator[TagRecord]:
    return read_rows(path, _tag, problems)


def _tag(row: Row) -> TagRecord:
    text = " ".join(row.required("tag").split())
    if len(text) > _LONGEST:
        raise BadCell("tag", text, f"is longer than {_LONGEST} characters")
    return TagRecord(row.place, _id(row, "userId"), _id(row, "movieId"), text)


def _id(row: Row, column: str) -> str:
    number = row.whole(column)
    if not number:
        raise BadCell(column, row.text(column), "is no id: a whole number from 1 on")
    return str(number)
