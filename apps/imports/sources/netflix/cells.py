"""What the cells of several tables have in common."""

from collections.abc import Iterable
from typing import Any

from apps.catalog.records import Problem
from apps.imports.sources.netflix.countries import country_code
from apps.imports.sources.tables import BadCell, Row

_YEARS = range(1870, 2101)


def release_year(row: Row, column: str) -> int | None:
    year = row.whole(column)
    if year is None or year in _YEARS:
        return year
    raise BadCell(column, row.text(column), f"is not a year from {_YEARS[0]} to {_YEARS[-1]}")


def source_scores(row: Row, source: str, column: str, votes: int | None) -> list[dict[str, Any]]:
    """What that source's audience makes of the title, if anything: 0 is unknown."""
    value = row.score(column)
    return [{"source": source, "value": value, "votes": votes}] if value else []


def country_codes(row: Row, column: str, names: Iterable[str], problems: list[Problem]) -> list[str]:
    """The codes of the countries. The names that are none of a country are left out, as problems."""
    codes = {name: country_code(name) for name in names if name.strip()}
    unknown = [name for name, code in codes.items() if not code]
    reason = "is not a country of ISO 3166-1"
    problems += [Problem(row.place, column, name, reason, row_is_used=True) for name in unknown]
    return list(dict.fromkeys(code for code in codes.values() if code))
