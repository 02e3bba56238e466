"""What of a row may be handed to whoever asks: no more than sources allow of whose facts it has."""

from functools import cache
from typing import Any

from apps.catalog.credits import CREDITS
from apps.catalog.documents import Origin
from apps.catalog.models.base import DescribedModel
from apps.catalog.sources import SOURCES, source

# What follows from another fact, unless somebody has said it.
_FOLLOWS = {"release_year": "release_date", "main_genre_id": "genre_ids", "main_country": "countries"}


def licences(*, restricted: bool) -> list[dict[str, str]]:
    """Those under which an export's facts stand, by source."""
    return [
        {"source": name, "title": one.title, "licence": one.licence, "url": one.url}
        for name, one in SOURCES.items()
        if restricted or one.may_be_passed_on
    ]


def withhold(row: Any) -> bool:
    """Blank in a row what may not be passed on. False where not even its name may: then nothing of it goes out."""
    if not isinstance(row, DescribedModel):
        return True
    facts = {fact: getattr(row, fact) for fact in row.FACTS}
    kept = {fact: _kept(row, fact, value) for fact, value in facts.items()}
    if kept != facts:
        row.__dict__.update(kept)
        row.derive()
    name = row.FACTS[0]
    return bool(kept[name])


def _kept(row: DescribedModel, fact: str, value: Any) -> Any:
    """Credits each say who says so, and scores all together; what nobody is known to have said is not passed on."""
    if fact in CREDITS:
        return [entry for entry in value if _may_be_passed_on(entry)]
    origin: Origin | dict[str, Any] = row.origins.get(fact) or row.origins.get(_FOLLOWS.get(fact, ""), {})
    if told_by := origin.get("told_by"):
        return [score for score in value if _may_be_passed_on({"source": told_by.get(score["source"])})]
    return value if _may_be_passed_on(origin) else getattr(_empty(type(row)), fact)


def _may_be_passed_on(said: Any) -> bool:
    return source(said.get("source") or "").may_be_passed_on


@cache
def _empty(model: type[DescribedModel]) -> Any:
    row: Any = model()
    row.entries = []  # a list's, which are rows of their own
    return row
