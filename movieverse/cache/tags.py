"""Tags: what answers show, and what has become of it.

`movie` says that some movie has changed, `movie:5` which one, `movie:*` that it may have been any, and `*` that
anything may have changed at all.
"""

from collections.abc import Iterable

# Of more rows no tags of their own are touched: with those of a whole data set, loaded by the 500, Redis would be full.
MOST_NAMED = 400

EVERYTHING = "*"


def touched_by(aggregates: Iterable[tuple[str, int]]) -> set[str]:
    """The tags of rows that have changed, given by kind and id."""
    rows = set(aggregates)
    kinds = {kind for kind, _ in rows}
    if len(rows) > MOST_NAMED:
        return kinds | {_any_of(kind) for kind in kinds}
    return kinds | {f"{kind}:{object_id}" for kind, object_id in rows}


def decisive(tags: Iterable[str]) -> frozenset[str]:
    """The tags by whose touch an answer with these is no longer valid."""
    named = frozenset(tags)
    return named | {EVERYTHING} | {_any_of(kind_of(tag)) for tag in named if ":" in tag}


def kind_of(tag: str) -> str:
    return tag.partition(":")[0]


def _any_of(kind: str) -> str:
    return f"{kind}:*"
