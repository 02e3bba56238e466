"""What rows say, for the journal: whether one still says what it said, and what it says otherwise.

Only facts and where they come from: versions, what follows from facts, and what members make of a title are no part
of it. The entries of a list are not either. They are rows of their own.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

from apps.catalog.models.base import CatalogModel

# {fact: [value before, value after, origin before, origin after]}
Differences = Mapping[str, list[Any]]

_FIXED = ("kind", "slug")  # no fact, but what a row is
_FOLLOWING = ("release_year", "main_genre_id", "main_country")  # from other facts, where nobody has said them


def fingerprint(row: CatalogModel) -> str:
    """The same on every engine, before a row is stored and after."""
    told = {name: _number(_plain(value)) for name in [*_facts(row), *_FIXED] if (value := getattr(row, name, None))}
    origins = {fact: origin for fact in _facts(row) if (origin := _origins(row).get(fact))}
    text = json.dumps([told, origins], sort_keys=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def differences(before: CatalogModel, after: CatalogModel) -> Differences:
    return {fact: four for fact in _facts(after) if _is_of_note(fact, four := _difference(fact, before, after))}


def give_back(row: CatalogModel, told: Differences) -> list[str]:
    """Let a row say what it said, of the facts of which nobody has said anything since. Returns why not the others."""
    kept: dict[str, list[str]] = {}
    for fact, (before, after, was, became) in told.items():
        if _plain(getattr(row, fact)) == after and _origins(row).get(fact) == became:
            field: Any = row._meta.get_field(fact)
            setattr(row, fact, field.to_python(before))
            set_origin(row, fact, was)
        else:
            kept.setdefault(why_changed(row, [fact]), []).append(fact)
    return [f"{', '.join(facts)}: {why}" for why, facts in kept.items()]


def why_changed(row: CatalogModel, facts: list[str] | None = None) -> str:
    locked = any(_origins(row).get(fact, {}).get("locked") for fact in facts or row.FACTS)
    return "locked by a curator since" if locked else "changed since the import"


def _facts(row: CatalogModel) -> Iterator[str]:
    return (fact for fact in row.FACTS if hasattr(row, fact))


def _origins(row: CatalogModel) -> dict[str, Any]:
    return getattr(row, "origins", {})


def set_origin(row: Any, fact: str, origin: Any) -> None:
    if hasattr(row, "origins"):
        others = {name: said for name, said in row.origins.items() if name != fact}
        row.origins = others | ({fact: origin} if origin else {})


def _difference(fact: str, before: CatalogModel, after: CatalogModel) -> list[Any]:
    values = (_plain(getattr(row, fact)) for row in (before, after))
    return [*values, *(_origins(row).get(fact) for row in (before, after))]


def _is_of_note(fact: str, four: list[Any]) -> bool:
    before, after, was, became = four
    return (before != after or was != became) and (fact not in _FOLLOWING or bool(was or became))


def _plain(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


def _number(value: Any) -> Any:
    """A whole number may come back from a store with decimals that it was not given."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
