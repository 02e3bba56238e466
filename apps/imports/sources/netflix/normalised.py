"""The normalised lists: their rows give genre and country as ids of two other tables."""

from collections.abc import Callable, Mapping
from pathlib import Path

from apps.catalog.records import Problem
from apps.imports.sources.netflix.cells import country_codes
from apps.imports.sources.tables import BadCell, Row, read_rows


class Names:
    """The genres and the countries by their ids. What is not a country has an empty name."""

    def __init__(self, files: Mapping[str, Path], problems: list[Problem]) -> None:
        self._problems = problems
        self._genres = self._by_id(files.get("genres"), lambda row: row.required("genre_name"))
        self._countries = self._by_id(files.get("countries"), self._country)

    def resolved(self, row: Row) -> Row:
        """The row as it would be in a list that is not normalised. An id that stands for nothing is a problem."""
        if "genre_id" not in row.cells:
            return row
        genre = self._name(row, "genre_id", self._genres)
        country = self._name(row, "country_id", self._countries)
        return Row(row.place, row.cells | {"MAIN_GENRE": genre, "MAIN_PRODUCTION": country})

    def _by_id(self, path: Path | None, name: Callable[[Row], str]) -> dict[int, str]:
        names: dict[int, str] = {}

        def read(row: Row) -> tuple[int, str]:
            number = row.whole("id")
            if number is None or number in names:
                raise BadCell("id", row.text("id"), "is not an id" if number is None else "stands already above")
            return number, name(row)

        for number, text in read_rows(path, read, self._problems) if path else ():
            names[number] = text
        return names

    def _country(self, row: Row) -> str:
        column = "country_name"
        return "".join(country_codes(row, column, [row.required(column)], self._problems))

    def _name(self, row: Row, column: str, names: dict[int, str]) -> str:
        number = row.whole(column)
        if number is None:
            return ""
        if number not in names:
            reason = "is an id that no row explains"
            self._problems.append(Problem(row.place, column, row.text(column), reason, row_is_used=True))
        return names.get(number, "")
