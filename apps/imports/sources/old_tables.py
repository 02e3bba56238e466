"""Tables as MovieLens had them at first: without a header, `::` between the cells, in UTF-8 or else Latin-1."""

import re
from collections.abc import Iterator
from pathlib import Path

from apps.imports.sources.opening import opened

SEPARATOR = "::"
_LONGEST_FIRST_LINE = 10_000
# The columns of each, and what its first line looks like.
_TABLES = (
    (("userId", "movieId", "rating", "timestamp"), re.compile(r"\d+::\d+::[\d.]+::\d+")),
    (("userId", "movieId", "tag", "timestamp"), re.compile(r"\d+::\d+::.*::\d+")),
    (("userId", "gender", "age", "occupation", "zipCode"), re.compile(r"\d+::[MF]::\d+::\d+::.*")),
    (("movieId", "title", "genres"), re.compile(r"\d+::.*::[^:]*")),
)


def columns_of(path: Path) -> list[str]:
    """None, if it is no such table."""
    with opened(path, encoding="latin-1") as file:
        first = _decoded(file.readline(_LONGEST_FIRST_LINE))
    return next((list(columns) for columns, pattern in _TABLES if pattern.fullmatch(first)), [])


def lines_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    with opened(path, encoding="latin-1") as file:
        for number, line in enumerate(file, 1):
            yield number, _decoded(line).split(SEPARATOR)


def _decoded(line: bytes) -> str:
    line = line.rstrip(b"\r\n")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
