"""Tags: what answers show, and what has become of it.

`movie` says that some movie has changed, `movie:5` which one, `movie:*` that it may have been any, and `*` that
anything may have changed at all.
"""

from collections.abc import Collection, Iterable

MOST_NAMED = 1_000  # of more rows no tags of their own are touched

EVERYTHING = "*"


def touched_by(aggregates: Collection[tuple[str, int]]) -> set[str]:
    """The tags of rows that have changed, given by kind and id."""
    kinds = {kind for kind, _ in aggregates}
    if len(aggregates) > MOST_NAMED:
        return kinds | {_any_of(kind) for kind in kinds}
    return kinds | {f"{kind}:{object_id}" for kind, object_id in aggregates}


def decisive(tags: Iterable[str]) -> frozenset[str]:
    """The tags by whose touch an answer with these is no longer valid."""
    named = frozenset(tags)
    return named | {EVERYTHING} | {_any_of(kind_of(tag)) for tag in named if ":" in tag}


def kind_of(tag: str) -> str:
    return tag.partition(":")[0]


def _any_of(kind: str) -> str:
    return f"{kind}:*"
