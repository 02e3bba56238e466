"""Files that say which titles are wanted: lists of ids, and TMDB's daily exports of all that it has."""

import heapq
import json
import re
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

from apps.catalog.records import Problem
from apps.imports.sources.tables import opened
from apps.imports.sources.tmdb.body import Body
from apps.imports.tmdb.wanted import Wanted

_LINE = re.compile(r"(?:(movie|tv|person)/)?([1-9]\d{0,17})")

# What each of the exports calls its rows by; only people have a name and a word on adults.
_TITLES = {"original_title": "movie", "original_name": "tv", "name": "person"}


def from_ids(path: Path, kind: str, problems: list[Problem]) -> Iterator[Wanted]:
    """One a line: `603`, `movie/603`, `tv/1396`, `person/62`. Empty lines and what follows a # say nothing."""
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            text = line.partition("#")[0].strip()
            found = _LINE.fullmatch(text)
            if found:
                yield Wanted(found[1] or kind, int(found[2]))
            elif text:
                reason = "is no id: write 603, movie/603, tv/1396 or person/62"
                problems.append(Problem(f"{path.name}, line {number}", "id", text, reason))


def from_export(path: Path, limit: int | None, problems: list[Problem]) -> Iterator[Wanted]:
    """With a limit, so many of the most popular ones; else all, in the file's order."""
    rows = _rows(path, problems)
    if limit is None:
        return (wanted for _, _, wanted in rows)
    return (wanted for _, _, wanted in heapq.nlargest(limit, rows, key=itemgetter(0, 1)))


def _rows(path: Path, problems: list[Problem]) -> Iterator[tuple[float, int, Wanted]]:
    """(popularity, the lower id first, what it is)."""
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                place = f"{path.name}, line {number}"
                row = _row(Body(_json(line), place, []))
                if row:
                    yield row
                else:
                    reason = "is no line of an export of films, shows or people"
                    problems.append(Problem(place, "line", line.strip(), reason))


def _json(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _row(body: Body) -> tuple[float, int, Wanted] | None:
    number = body.positive("id", most=2**63 - 1)
    kind, title = next(((kind, body.text(key)) for key, kind in _TITLES.items() if body.text(key)), ("", ""))
    return (body.number("popularity") or 0, -number, Wanted(kind, number, title)) if number and kind else None
