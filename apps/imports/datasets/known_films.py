"""Which of the catalogue's films a file means."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from apps.catalog.models import ExternalId
from apps.catalog.selectors import find_by_external_ids
from movieverse.bulk import batched

_BATCH = 1_000


class KnownFilms:
    """By what a source calls them. Each is looked up once, when it is met."""

    def __init__(self, source: str, ids: Any, known: Mapping[Any, int] | None = None) -> None:
        self._source = source
        self._schema = {"movie": ids, "movie_id": pl.Int64}
        self._met: dict[Any, int | None] = dict(known or {})

    def among(self, named: pl.Series) -> pl.DataFrame:
        """movie, as the source calls it, and movie_id, as we do: of those named that are known."""
        films = self.ids(named.unique().to_list())
        return pl.DataFrame(list(films.items()), schema=self._schema, orient="row")

    def ids(self, named: Iterable[Any]) -> dict[Any, int]:
        values = set(named)
        for some in batched(sorted(values - self._met.keys()), _BATCH):
            found = find_by_external_ids(ExternalId.Kind.MOVIE, self._source, some)
            self._met |= {value: found.get(str(value)) for value in some}
        return {value: movie_id for value in values if (movie_id := self._met[value]) is not None}
