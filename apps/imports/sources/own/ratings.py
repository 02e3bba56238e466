"""Ratings of one's own tables."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from apps.imports.sources.own.columns import mapped
from apps.imports.sources.ratings import Layout

# The fields that say which film, each with the source whose id it is; the first is our own.
FILM_IDS = {"movie_id": "", "imdb_id": "imdb", "tmdb_id": "tmdb", "movielens_id": "movielens", "own_id": "own"}
FIELDS = ("user", "rating", "rated_at", *FILM_IDS)
_AMBIGUOUS = ("movie_id", "own_id")  # of most tables movie_id is not ours
_NEEDED = (("user",), ("rating",), tuple(FILM_IDS))


def columns_of(path: Path, mapping: Mapping[str, str]) -> dict[str, str]:
    return mapped(path, mapping, FIELDS, _NEEDED, _AMBIGUOUS)


def layout_of(path: Path, mapping: Mapping[str, str]) -> tuple[Layout, str]:
    """And by whose ids the films are told: those that the mapping names, else the first that there are."""
    columns = columns_of(path, mapping)
    field = next(field for field in [*mapping, *FILM_IDS] if field in FILM_IDS and field in columns)
    moment = columns.get("rated_at", "")
    return Layout(columns["user"], columns[field], columns["rating"], moment, ids=pl.String), FILM_IDS[field]
