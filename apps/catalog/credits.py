"""Credits that several sources tell of, united into one list."""

from collections.abc import Callable
from typing import Any

from apps.catalog.sources import rank

_KEYS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "cast": lambda entry: entry["person_id"],
    "crew": lambda entry: (entry["person_id"], entry["job"]),
}
CREDITS = tuple(_KEYS)


def united(fact: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of credits that several sources tell of, those of the highest rank."""
    key = _KEYS[fact]
    best: dict[Any, int] = {}
    for entry in entries:
        best[key(entry)] = max(best.get(key(entry), 0), rank(entry["source"]))
    kept = [entry for entry in entries if rank(entry["source"]) == best[key(entry)]]
    return sorted(kept, key=lambda entry: -rank(entry["source"]))
