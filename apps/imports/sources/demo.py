"""The demo set: films with their credits, and what its made-up members are made of."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from apps.catalog.records import CastRecord, CrewRecord, MovieRecord, NamedRecord, SourceId
from apps.imports.sources.tables import SourceError

SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Taste:
    """What the members of a cluster love and dislike: names of genres."""

    loves: frozenset[str]
    dislikes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Demo:
    movies: list[MovieRecord]
    tastes: list[Taste]
    handles: list[str]
    phrases: dict[str, list[str]]


def read(folder: Path) -> Demo:
    """Read movies.json and reviews.json of the folder. SourceError if they cannot be read."""
    movies, opinions = _json(folder / "movies.json"), _json(folder / "reviews.json")
    try:
        return Demo(
            movies=[_movie(number, item) for number, item in enumerate(movies, 1)],
            tastes=[_taste(item) for item in opinions["taste_clusters"]],
            handles=opinions["handles"],
            phrases=opinions["phrases"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(f"The demo set in {folder} is not as it should be: {error!r}.") from None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise SourceError(f"{path} is not JSON: {error}.") from None


def _taste(item: dict[str, Any]) -> Taste:
    return Taste(frozenset(item["loves"]), frozenset(item["dislikes"]))


_SAME = (
    *("title", "original_title", "overview", "runtime", "original_language"),
    *("countries", "languages", "keywords", "budget", "revenue"),
)


def _movie(number: int, item: dict[str, Any]) -> MovieRecord:
    return MovieRecord(
        place=f"movies.json, film {number}",
        ids=[SourceId(source, str(value)) for source, value in item["external_ids"].items() if value],
        release_date=date.fromisoformat(item["release_date"]),
        genres=[NamedRecord(_own_id(name), name) for name in item["genres"]],
        cast=[CastRecord(_person(entry), entry["character"]) for entry in item["cast"]],
        crew=[CrewRecord(_person(entry), entry["department"], entry["job"]) for entry in item["crew"]],
        **{name: item[name] for name in _SAME},
    )


def _person(entry: dict[str, Any]) -> NamedRecord:
    """People whom the set knows no TMDB id of are known by their name in it."""
    source_id = SourceId("tmdb", str(entry["tmdb_id"])) if entry["tmdb_id"] else _own_id(entry["name"])
    return NamedRecord(source_id, entry["name"])


def _own_id(name: str) -> SourceId:
    return SourceId(SOURCE, name.casefold())
