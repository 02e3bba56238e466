"""Who has rated what in a file so far, on disk: so that a second rating of the same is found however far behind."""

from pathlib import Path
from typing import Any

import polars as pl

_PAIR = ["user", "movie_id"]


class Pairs:
    """In a folder of its own, a file for each chunk. Those are read again that have ratings by the same users."""

    def __init__(self, folder: Path, ids: Any = pl.Int64) -> None:
        self._folder = folder
        self._users = pl.DataFrame(schema={"user": ids, "chunk": pl.Int64})

    def take(self, number: int, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The chunk's rows of pairs that are new, which are remembered, and those of pairs that were there before."""
        first = rows.filter(pl.struct(_PAIR).is_first_distinct())
        users = first.select("user").unique()
        for earlier in self._users.join(users, on="user", how="semi")["chunk"].unique().sort():
            first = first.join(pl.read_ipc(self._file(earlier)), on=_PAIR, how="anti")
        first.select(_PAIR).write_ipc(self._file(number))
        self._users = pl.concat([self._users, users.with_columns(chunk=pl.lit(number, pl.Int64))])
        return first, rows.join(first, on="line", how="anti")

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.pairs"
