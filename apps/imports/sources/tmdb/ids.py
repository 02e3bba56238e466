"""What TMDB calls things, and what others do, as far as it knows."""

import re
from typing import Any

from apps.catalog.records import NamedRecord, Problem, SourceId
from apps.imports.sources.tmdb.body import BadBody, Body

# TMDB numbers shows apart from films.
SOURCE_OF = {"movie": "tmdb", "tv": "tmdb-tv", "person": "tmdb", "collection": "tmdb"}

_IMDB = re.compile(r"(?:tt|nm)\d{5,12}")
_WIKIDATA = re.compile(r"Q\d{1,12}")
_LONGEST_NAME = 200


def opened(value: Any, kind: str, number: int, name: tuple[str, int], problems: list[Problem]) -> Body:
    """The body of what was asked for. `name`: what its title is called, and how long that may be. Raises BadBody."""
    if not isinstance(value, dict):
        raise BadBody("body", value, "is no object")
    place, (key, most) = f"TMDB {kind}/{number}", name
    body = Body(value, place, [])
    if body.whole("id", most=2**63 - 1) != number:
        raise BadBody("id", value.get("id"), f"is not the {number} that was asked for")
    title = body.text(key, most)
    if not title:
        raise BadBody(key, value.get(key), f"is no text of up to {most} characters")
    return Body(value, f"{place} ({title})", problems)


def ids_of(body: Body, kind: str, number: int) -> list[SourceId]:
    aside = body.object("external_ids")
    told = {
        "imdb": body.matching("imdb_id", _IMDB, "an id of IMDb") or aside.matching("imdb_id", _IMDB, "an id of IMDb"),
        "wikidata": aside.matching("wikidata_id", _WIKIDATA, "an id of Wikidata"),
        "tvdb": str(aside.positive("tvdb_id") or "") if kind == "tv" else "",
    }
    return [SourceId(SOURCE_OF[kind], str(number)), *(SourceId(*one) for one in told.items() if one[1])]


def named(body: Body, most: int = _LONGEST_NAME, prefix: str = "") -> NamedRecord | None:
    """Whom or what an entry of a list means; None, and told, where it does not say."""
    number, name = body.positive("id", most=2**63 - 1), body.text("name", most)
    if number and name:
        return NamedRecord(SourceId("tmdb", f"{prefix}{number}"), name)
    body.refuse("name" if number else "id", "does not say whom or what it means")
    return None
