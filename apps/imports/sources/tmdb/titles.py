"""Films and shows."""

import re
from typing import Any

from apps.catalog.records import MovieRecord, NamedRecord, Problem
from apps.imports.sources.tmdb import parts
from apps.imports.sources.tmdb.body import Body
from apps.imports.sources.tmdb.ids import ids_of, named, opened

_STATUSES = {
    "Rumored": "rumored",
    "Planned": "planned",
    "In Production": "in_production",
    "Post Production": "post_production",
    "Released": "released",
    "Returning Series": "returning",
    "Ended": "ended",
    "Canceled": "canceled",
    "Cancelled": "canceled",
    "Pilot": "",  # of which it is not said whether more will come
}
_OVER = ("ended", "canceled")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s]+")
_SMALL, _MONEY = 2**15 - 1, 2**63 - 1
_LONGEST_TITLE, _LONGEST_GENRE, _LONGEST_TAGLINE, _LONGEST_ADDRESS = 300, 80, 500, 500


def movie(value: Any, number: int, problems: list[Problem]) -> MovieRecord:
    """Raises BadBody."""
    body = opened(value, "movie", number, ("title", _LONGEST_TITLE), problems)
    return MovieRecord(
        **_common(body),
        ids=ids_of(body, "movie", number),
        title=body.text("title"),
        original_title=body.text("original_title", _LONGEST_TITLE),
        release_date=body.day("release_date"),
        runtime=body.positive("runtime", _SMALL),
        budget=body.positive("budget", _MONEY),
        revenue=body.positive("revenue", _MONEY),
        companies=_named(body, "production_companies"),
        collection=_collection(body),
    )


def show(value: Any, number: int, problems: list[Problem]) -> MovieRecord:
    """Raises BadBody."""
    body = opened(value, "tv", number, ("name", _LONGEST_TITLE), problems)
    common = _common(body)
    return MovieRecord(
        **common,
        kind="show",
        ids=ids_of(body, "tv", number),
        title=body.text("name"),
        original_title=body.text("original_name", _LONGEST_TITLE),
        release_date=body.day("first_air_date"),
        end_date=body.day("last_air_date") if common["status"] in _OVER else None,
        runtime=_episode_runtime(body),
        season_count=body.positive("number_of_seasons", _SMALL),
        episode_count=body.positive("number_of_episodes", _SMALL),
        companies=[*_named(body, "production_companies"), *_named(body, "networks", prefix="network-")],
    )


def _common(body: Body) -> dict[str, Any]:
    countries = [land for item in body.objects("production_countries") if (land := parts.country(item))]
    origins = [land for land in body.texts("origin_country", most=2) if parts.COUNTRY.fullmatch(land)]
    languages = [one for item in body.objects("spoken_languages") if (one := parts.language(item))]
    return {
        "place": body.place,
        "tagline": body.text("tagline", _LONGEST_TAGLINE),
        "overview": body.text("overview"),
        "status": _status(body),
        "original_language": body.matching("original_language", parts.LANGUAGE, "a language of ISO 639-1"),
        "homepage": homepage(body),
        "countries": list(dict.fromkeys(countries or origins)),
        "main_country": origins[0] if origins else "",
        "languages": list(dict.fromkeys(languages)),
        "keywords": parts.keywords(body),
        "popularity": body.number("popularity") or 0,
        "alternative_titles": parts.alternative_titles(body),
        "translations": parts.translations(body),
        "releases": parts.releases(body),
        "images": parts.pictures(body),
        "videos": parts.videos(body),
        "source_scores": _scores(body),
        "genres": _named(body, "genres", _LONGEST_GENRE),
        "cast": parts.cast(body),
        "crew": parts.crew(body),
    }


def _status(body: Body) -> str:
    status = body.text("status")
    if status and status not in _STATUSES:
        body.refuse("status", f"is none of {', '.join(_STATUSES)}")
    return _STATUSES.get(status, "")


def homepage(body: Body) -> str:
    """Some name two."""
    address = body.text("homepage").partition(" ")[0]
    if address and not (_URL.fullmatch(address) and len(address) <= _LONGEST_ADDRESS):
        body.refuse("homepage", "is no address of a page")
        return ""
    return address


def _scores(body: Body) -> list[dict[str, Any]]:
    value, votes = body.number("vote_average"), body.positive("vote_count")
    if value and value > 10:
        return body.refuse("vote_average", "is more than 10") or []
    return [{"source": "tmdb", "value": float(value), "votes": votes}] if value and votes else []


def _named(body: Body, key: str, most: int = 200, prefix: str = "") -> list[NamedRecord]:
    found = (named(item, most, prefix) for item in body.objects(key))
    return list({one.id: one for one in found if one}.values())


def _collection(body: Body) -> NamedRecord | None:
    collection = body.object("belongs_to_collection")
    return named(collection) if collection else None


def _episode_runtime(body: Body) -> int | None:
    """As episodes usually take, which TMDB no longer says of most shows. One that is known might be a long one."""
    return body.numbered("episode_run_time").positive(0, _SMALL)
