"""The demo set: titles with their credits, people, collections and lists, and what its made-up members are made of."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from apps.catalog.records import (
    CastRecord,
    CollectionRecord,
    CrewRecord,
    EntryRecord,
    ListRecord,
    MovieRecord,
    NamedRecord,
    PersonRecord,
    SourceId,
)
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
    collections: list[CollectionRecord]
    people: list[PersonRecord]
    lists: list[ListRecord]
    tastes: list[Taste]
    handles: list[str]
    phrases: dict[str, list[str]]


def read(folder: Path) -> Demo:
    """Read the JSON files of the folder. SourceError if they cannot be read."""
    opinions, collections = _json(folder / "reviews.json"), _json(folder / "collections.json")
    try:
        ids = {item["name"]: _known_by(item["name"], item["tmdb"]) for item in collections}
        movies = [
            _movie(f"{path.name}, title {number}", item, ids)
            for path in sorted((folder / "titles").glob("*.json"))
            for number, item in enumerate(_json(path), 1)
        ]
        return Demo(
            movies=movies,
            collections=[_collection(item, ids[item["name"]]) for item in collections],
            people=[_person_record(number, item) for number, item in enumerate(_json(folder / "people.json"), 1)],
            lists=[_list(item, movies) for item in _json(folder / "lists.json")],
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
    *("kind", "title", "original_title", "tagline", "overview", "status", "runtime", "original_language"),
    *("countries", "languages", "keywords", "budget", "revenue", "awards"),
)


def _movie(place: str, item: dict[str, Any], collections: dict[str, SourceId]) -> MovieRecord:
    collection = item["collection"]
    return MovieRecord(
        place=place,
        ids=[SourceId(source, str(value)) for source, value in item["external_ids"].items() if value],
        release_date=date.fromisoformat(item["release_date"]),
        end_date=_day(item.get("end_date")),
        season_count=item.get("season_count"),
        episode_count=item.get("episode_count"),
        releases=[_release(country, board) for country, board in item["certifications"].items()],
        alternative_titles=[{"type": "", **entry} for entry in item["alternative_titles"]],
        translations=[{"country": "", **entry} for entry in item["translations"]],
        genres=[NamedRecord(_own_id(name), name) for name in item["genres"]],
        companies=[NamedRecord(_own_id(name), name) for name in item["companies"]],
        collection=NamedRecord(collections[collection], collection) if collection else None,
        cast=[CastRecord(_person(entry), entry["character"]) for entry in item["cast"]],
        crew=[CrewRecord(_person(entry), entry["department"], entry["job"]) for entry in item["crew"]],
        **{name: item[name] for name in _SAME},
    )


def _release(country: str, certification: str) -> dict[str, Any]:
    return {"country": country, "type": "", "date": None, "certification": certification, "note": ""}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _collection(item: dict[str, Any], source_id: SourceId) -> CollectionRecord:
    return CollectionRecord(place="collections.json", id=source_id, name=item["name"], overview=item["overview"])


def _list(item: dict[str, Any], movies: list[MovieRecord]) -> ListRecord:
    by_imdb = {dict(movie.ids)["imdb"]: movie for movie in movies}
    return ListRecord(
        place="lists.json",
        slug=item["slug"],
        name=item["name"],
        description=item["description"],
        entries=[EntryRecord(by_imdb[entry["imdb"]], entry["rank"], entry["year"]) for entry in item["entries"]],
    )


def _person_record(number: int, item: dict[str, Any]) -> PersonRecord:
    imdb = [SourceId("imdb", item["imdb"])] if item["imdb"] else []
    return PersonRecord(
        place=f"people.json, person {number}",
        ids=[_person(item).id, *imdb],
        birth_date=_day(item["birth_date"]),
        death_date=_day(item["death_date"]),
        **{name: item[name] for name in ("name", "biography", "birth_place", "known_for", "also_known_as")},
    )


def _person(entry: dict[str, Any]) -> NamedRecord:
    """People whom the set knows no TMDB id of are known by their name in it."""
    return NamedRecord(_known_by(entry["name"], entry["tmdb_id"]), entry["name"])


def _known_by(name: str, tmdb_id: int | str | None) -> SourceId:
    return SourceId("tmdb", str(tmdb_id)) if tmdb_id else _own_id(name)


def _own_id(name: str) -> SourceId:
    return SourceId(SOURCE, name.casefold())
