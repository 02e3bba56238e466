"""Which file holds which table of a MovieLens set."""

from collections.abc import Iterable
from pathlib import Path

from apps.imports.sources import files

COLUMNS = {
    "ratings": ("userId", "movieId", "rating", "timestamp"),
    "movies": ("movieId", "title", "genres"),
    "links": ("movieId", "imdbId", "tmdbId"),
    "tags": ("userId", "movieId", "tag", "timestamp"),
    "genome tags": ("tagId", "tag"),
    "genome scores": ("movieId", "tagId", "relevance"),
    "users": ("userId", "gender", "age", "occupation", "zipCode"),
}
_MOVIELENS = files.DataSet("MovieLens", COLUMNS)


def recognised(paths: Iterable[Path]) -> dict[str, Path]:
    """The file of each table. SourceError for two of one table, and for what is given and no table of the set."""
    return files.recognised(_MOVIELENS, paths)
