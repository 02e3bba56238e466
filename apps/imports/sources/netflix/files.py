"""The tables of the data set, and which of them need which others."""

from collections.abc import Sequence
from pathlib import Path

from apps.imports.sources import files
from apps.imports.sources.tables import SourceError

_BEST = ("TITLE", "RELEASE_YEAR", "SCORE")
_VOTED = (*_BEST, "NUMBER_OF_VOTES", "DURATION")
_SEASONS = "NUMBER_OF_SEASONS"
_NAMES = ("MAIN_GENRE", "MAIN_PRODUCTION")
_IDS = ("genre_id", "country_id")

COLUMNS = {
    "titles": (
        *("id", "title", "type", "release_year", "age_certification", "runtime", "genres"),
        *("production_countries", "seasons", "imdb_id", "imdb_score", "imdb_votes"),
    ),
    "credits": ("person_id", "id", "name", "character", "role"),
    "genres": ("genre_name", "id"),
    "countries": ("country_name", "id"),
    "best movies": (*_VOTED, *_NAMES),
    "best shows": (*_VOTED, _SEASONS, *_NAMES),
    "best movie by year": (*_BEST, *_NAMES),
    "best show by year": (*_BEST, _SEASONS, *_NAMES),
    "normalised best movies": (*_VOTED, *_IDS),
    "normalised best shows": (*_VOTED, _SEASONS, *_IDS),
    "normalised best movie by year": (*_BEST, *_IDS),
    "normalised best show by year": (*_BEST, _SEASONS, *_IDS),
}
_NEEDS = {"credits": ("titles",)} | {kind: ("genres", "countries") for kind in COLUMNS if kind.startswith("normalised")}
_NETFLIX = files.DataSet("Netflix", COLUMNS, folder="normalized")


def recognised(paths: Sequence[Path]) -> dict[str, Path]:
    """The file of each kind. SourceError if there are two of a kind, or a table without those that explain it.

    Of a folder its own files count and, below the root of the data set, those in `normalized`. So giving the
    root gives one telling of everything; copies in `variants` are read where they are given themselves.
    """
    found = files.recognised(_NETFLIX, paths)
    _check_complete(found, given=", ".join(map(str, paths)))
    return found


def _check_complete(found: dict[str, Path], given: str) -> None:
    for kind, path in found.items():
        missing = [other for other in _NEEDS.get(kind, ()) if other not in found]
        if missing:
            tables = " and ".join(f"the table of {name}" for name in missing)
            raise SourceError(f"{path} cannot be read without {tables}, missing in what was given ({given}).")
    if found.keys() <= {"genres", "countries"}:
        raise SourceError(f"There are no titles of the Netflix data set in what was given ({given}).")
