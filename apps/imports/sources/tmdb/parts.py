"""The parts of a body that are lists: pictures, videos, releases, texts in other languages, credits."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, TypeVar

from apps.catalog.records import CastRecord, CrewRecord
from apps.imports.sources.tmdb.body import Body
from apps.imports.sources.tmdb.ids import named

Item = TypeVar("Item")

LANGUAGE = re.compile(r"[a-z]{2,3}")
COUNTRY = re.compile(r"[A-Z]{2}")
_PATH = re.compile(r"/[\w.-]{1,200}")

_PICTURES = {"posters": "poster", "backdrops": "backdrop", "logos": "logo", "profiles": "profile"}
_RELEASE_TYPES = {1: "premiere", 2: "limited", 3: "theatrical", 4: "digital", 5: "physical", 6: "tv"}
_VIDEO_SITES = ("YouTube", "Vimeo")
_LONGEST_CERTIFICATION = 37  # with its country before it


def language(body: Body) -> str:
    return body.matching("iso_639_1", LANGUAGE, "a language of ISO 639-1")


def country(body: Body) -> str:
    return body.matching("iso_3166_1", COUNTRY, "a country of ISO 3166-1")


# --- Pictures and videos --------------------------------------------------------------------------


def pictures(body: Body) -> list[dict[str, Any]]:
    """The one that TMDB shows comes first of its type."""
    inner = body.object("images")
    listed = [_picture(kind, item) for key, kind in _PICTURES.items() for item in inner.objects(key)]
    told = {kind: body.matching(f"{kind}_path", _PATH, "the path of a picture") for kind in _PICTURES.values()}
    known = {(image["type"], image["path"]): image for image in reversed(listed)}
    shown = [known.get(one) or _bare(*one) for one in told.items()]
    return _unique([*shown, *listed], "type", "path")


def _picture(kind: str, item: Body) -> dict[str, Any]:
    size = {name: item.positive(name) for name in ("width", "height")}
    return _bare(kind, item.matching("file_path", _PATH, "the path of a picture")) | size | {"language": language(item)}


def _bare(kind: str, path: str) -> dict[str, Any]:
    return {"type": kind, "source": "tmdb", "path": path, "width": None, "height": None, "language": ""}


def videos(body: Body) -> list[dict[str, Any]]:
    items = [_video(item) for item in body.object("videos").objects("results")]
    return _unique([item for item in items if item["site"] in _VIDEO_SITES], "site", "key")


def _video(item: Body) -> dict[str, Any]:
    texts = {name: item.text(name) for name in ("site", "key", "name", "type")}
    moment = {"size": item.positive("size"), "published_at": _moment(item, "published_at")}
    return texts | {"language": language(item), "official": item.flag("official")} | moment


def _moment(item: Body, key: str) -> str | None:
    """TMDB has written them in two ways."""
    text = item.text(key)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return item.refuse(key, "is no moment such as 2010-06-16T23:26:16Z")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _unique(items: Iterable[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    """Each once; what has no key is nothing."""
    return _first((item for item in items if all(item[key] for key in keys)), *map(itemgetter, keys))


def _first(items: Iterable[Item], *keys: Callable[[Item], Any]) -> list[Item]:
    """Of those that have the same keys."""
    found: dict[tuple[Any, ...], Item] = {}
    for item in items:
        found.setdefault(tuple(key(item) for key in keys), item)
    return list(found.values())


# --- Releases and texts ---------------------------------------------------------------------------


def releases(body: Body) -> list[dict[str, Any]]:
    """Of a film its release dates, of a show what each country's board says of it."""
    dated = [
        _release(land, item.text("certification", _LONGEST_CERTIFICATION), item)
        for place in body.object("release_dates").objects("results")
        if (land := country(place))
        for item in place.objects("release_dates")
    ]
    rated = [
        _release(land, rating)
        for item in body.object("content_ratings").objects("results")
        if (land := country(item)) and (rating := item.text("rating", _LONGEST_CERTIFICATION))
    ]
    return _distinct([*dated, *rated])


def _release(land: str, certification: str, item: Body | None = None) -> dict[str, Any]:
    day = item and item.day("release_date")
    return {
        "country": land,
        "type": _RELEASE_TYPES.get(item.whole("type") or 0, "") if item else "",
        "date": day.isoformat() if day else None,
        "certification": certification,
        "note": item.text("note") if item else "",
    }


def alternative_titles(body: Body) -> list[dict[str, Any]]:
    inner = body.object("alternative_titles")
    told = [
        {"title": item.text("title"), "country": country(item), "type": item.text("type")}
        for key in ("titles", "results")
        for item in inner.objects(key)
    ]
    return _distinct(one for one in told if one["title"])


def translations(body: Body) -> list[dict[str, Any]]:
    """Those with a text. TMDB lists many that have none."""
    told = [_translation(item) for item in body.object("translations").objects("translations")]
    with_text = (one for one in told if one["language"] and (one["title"] or one["overview"] or one["tagline"]))
    return _first(with_text, itemgetter("language"), itemgetter("country"))


def _translation(item: Body) -> dict[str, Any]:
    data = item.object("data")
    texts = {"title": data.text("title") or data.text("name")}
    texts |= {name: data.text(name) for name in ("overview", "tagline")}
    return {"language": language(item), "country": country(item)} | texts


def keywords(body: Body) -> list[str]:
    inner = body.object("keywords")
    told = (item.text("name", most=100) for key in ("keywords", "results") for item in inner.objects(key))
    return list(dict.fromkeys(word for word in told if word))


def _distinct(items: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(one) for one in dict.fromkeys(tuple(item.items()) for item in items)]


# --- Credits --------------------------------------------------------------------------------------


def cast(body: Body) -> list[CastRecord]:
    """In billing order; who plays two parts is there twice."""
    items = sorted(body.object("credits").objects("cast"), key=_order)
    told = (CastRecord(who, item.text("character")) for item in items if (who := named(item)))
    return _first(told, lambda one: one.person.id, lambda one: one.character)


def _order(item: Body) -> tuple[bool, int]:
    order = item.whole("order")
    return order is None, order or 0


def crew(body: Body) -> list[CrewRecord]:
    """Those who made up a show are credited as its creators, as other sets have it."""
    return _first([*_creators(body), *_workers(body)], lambda one: one.person.id, lambda one: one.job)


def _creators(body: Body) -> Iterator[CrewRecord]:
    found = map(named, body.objects("created_by"))
    return (CrewRecord(who, "Writing", "Creator") for who in found if who)


def _workers(body: Body) -> Iterator[CrewRecord]:
    for item in body.object("credits").objects("crew"):
        if who := named(item):
            yield CrewRecord(who, item.text("department"), item.text("job"))
