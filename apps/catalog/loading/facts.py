"""Which of several sources is believed. Pure: nothing here asks a store."""

from collections.abc import Mapping
from typing import Any

from apps.catalog.credits import united
from apps.catalog.documents import Origin
from apps.catalog.models import Movie
from apps.catalog.models.base import DescribedModel
from apps.catalog.sources import rank


def take(row: DescribedModel, facts: Mapping[str, Any], source: str, at: str) -> bool:
    """Let a row take what a source says of it. What is empty says nothing. Whether anything has changed."""
    changed = [_take_one(row, fact, value, Origin(source=source, at=at)) for fact, value in facts.items() if value]
    return any(changed)


def may_say(row: DescribedModel, fact: str, source: str) -> bool:
    """Not where a fact is locked, or a source of higher rank has said something."""
    known = row.origins.get(fact)
    return not known or not (known.get("locked") or rank(known["source"]) > rank(source))


def has_said(row: DescribedModel, fact: str, source: str) -> bool:
    return row.origins.get(fact, {}).get("source") == source


def _take_one(row: DescribedModel, fact: str, value: Any, origin: Origin) -> bool:
    if not may_say(row, fact, origin["source"]):
        return False
    if has_said(row, fact, origin["source"]) and getattr(row, fact) == value:
        return False
    setattr(row, fact, value)
    row.origins = {**row.origins, fact: origin}
    return True


def take_scores(movie: Movie, scores: list[dict[str, Any]], source: str, at: str) -> bool:
    """A title has one score of each site: what the source of the highest rank says it is."""
    known = movie.origins.get("source_scores", {})
    if not scores or known.get("locked"):
        return False
    by_site, told_by = {score["source"]: score for score in movie.source_scores}, dict(known.get("told_by", {}))
    for score in scores:
        site = score["source"]
        if site not in by_site or rank(source) >= rank(told_by.get(site, "")):
            by_site[site], told_by[site] = score, source
    united = [by_site[site] for site in sorted(by_site)]
    if movie.source_scores == united and known.get("told_by") == told_by:
        return False
    movie.source_scores = united
    origin = Origin(source=max(told_by.values(), key=rank), at=at, told_by=told_by)
    movie.origins = {**movie.origins, "source_scores": origin}
    return True


def take_credits(movie: Movie, fact: str, entries: list[dict[str, Any]], source: str, at: str) -> bool:
    """Everybody whom any source credits is credited, in the words of the source of the highest rank."""
    if not entries or movie.is_locked(fact):
        return False
    others = [entry for entry in getattr(movie, fact) if entry["source"] != source]
    entries = united(fact, [*others, *entries])
    return _replace(movie, fact, entries, Origin(source=entries[0]["source"], at=at))


def _replace(movie: Movie, fact: str, value: Any, origin: Origin) -> bool:
    if getattr(movie, fact) == value:
        return False
    setattr(movie, fact, value)
    movie.origins = {**movie.origins, fact: origin}
    return True


def absorb(row: DescribedModel, other: DescribedModel) -> None:
    """Let a row take the facts of another that is the same, where they are to be believed rather than its own."""
    for fact, origin in other.origins.items():
        known = row.origins.get(fact)
        if known is None or _weight(origin) > _weight(known):
            setattr(row, fact, getattr(other, fact))
            row.origins = {**row.origins, fact: origin}


def _weight(origin: Origin) -> tuple[bool, int]:
    return origin.get("locked", False), rank(origin["source"])
