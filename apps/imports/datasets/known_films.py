"""Which of the catalogue's films a file means."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from apps.catalog.models import ExternalId, Movie
from apps.catalog.selectors import find_by_external_ids
from apps.imports.sources.own.imdb import spelled
from movieverse.bulk import batched

_BATCH = 1_000
_OUR_ID = re.compile(r"[1-9]\d{0,17}", re.ASCII)


class KnownFilms:
    """By what a source calls them, or without a source by our own ids. Those that are known are looked up once."""

    def __init__(self, source: str, ids: Any, known: Mapping[Any, int] | None = None) -> None:
        self._source = source
        self._schema = {"movie": ids, "movie_id": pl.Int64}
        self._known: dict[Any, int] = dict(known or {})
        self._table = self._as_table()

    def among(self, named: pl.Series) -> pl.DataFrame:
        """movie, as the source calls it, and movie_id, as we do: of those named and before that are known."""
        self.ids(named.unique())
        if len(self._table) < len(self._known):
            self._table = self._as_table()
        return self._table

    def _as_table(self) -> pl.DataFrame:
        return pl.DataFrame(list(self._known.items()), schema=self._schema, orient="row")

    def ids(self, named: Iterable[Any]) -> dict[Any, int]:
        values = set(named)
        for some in batched(sorted(values - self._known.keys()), _BATCH):
            self._known |= self._found(some)
        return {value: self._known[value] for value in values if value in self._known}

    def _found(self, values: Sequence[Any]) -> dict[Any, int]:
        known = {value: text for value in values if (text := self._spelled(str(value)))}
        if self._source:
            found = find_by_external_ids(ExternalId.Kind.MOVIE, self._source, known.values())
        else:
            found = {str(pk): pk for pk in Movie.objects.filter(pk__in=known.values()).values_list("pk", flat=True)}
        return {value: found[text] for value, text in known.items() if text in found}

    def _spelled(self, value: str) -> str:
        """As the source spells it; empty if it cannot be an id."""
        if self._source == "imdb":
            return spelled(value)
        value = value.removesuffix(".0")  # as tables have it of which somebody has made numbers
        return value if self._source or _OUR_ID.fullmatch(value) else ""
